import { setTimeout as sleep } from 'node:timers/promises';
import { scriptedModel } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';
import { startCutOff, untilDead } from '../support/cut-off.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { untilLogged } from '../support/read-log.js';

const LEASE_MS = 300;

/**
 * How much sooner the store is back for a reader. The writer's next try comes up
 * to 2 s later, and a reader waits for 3 s.
 */
const SOONER_MS = 800;

// The store was away for longer than a lease. When it came back, whoever read
// first took the writer for dead, and the rest of a living answer was lost.
it('does not end an answer whose writer the store was away from', async () => {
  const rest = gate();
  const model = scriptedModel([
    { type: 'text', text: 'said before, ' },
    { type: 'wait', until: rest.opened },
    { type: 'text', text: 'and after' },
  ]);
  await using stage = await startCutOff({ model, leaseMs: LEASE_MS });
  const answered = stage.page().send();
  await untilLogged(stage.streams, 'chat-1', 'said before, ');
  stage.cut('one');
  stage.cut('other');
  await untilDead(LEASE_MS);
  stage.mend('other');
  const reader = new Traveller(stage.other).resume();
  const loaded = stage.other.chat.load('chat-1');
  // Awaited below, or not where something fails before.
  loaded.catch(() => undefined);
  await sleep(SOONER_MS);
  stage.mend('one');
  rest.open();
  const { messages } = await answered;
  await stage.one.settled();
  expect(await stage.answers()).toEqual([['said before, and after', 'done']]);
  await loaded;
  expect((await reader).messages.at(-1)).toEqual(messages.at(-1));
});
