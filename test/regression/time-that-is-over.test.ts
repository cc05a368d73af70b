import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { sleep } from '../../src/log/index.js';

// Who loaded a chat whose writer had died a minute ago or more found a
// TimeoutNegativeWarning in the server's output.
it('waits for a time that is over without a warning', async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', onWarning);
  await sleep(-5);
  await nextTurn();
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
