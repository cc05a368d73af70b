import { setTimeout as sleep } from 'node:timers/promises';
import { scriptedModel, startStreams } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';
import { deadline } from '../../src/protocol/index.js';
import { runOf } from '../protocol/chat-records.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { soundRuns, untilLogged } from '../support/read-log.js';
import { startInstances } from '../support/start-instances.js';

/**
 * How much sooner the store is back for a reader. The writer's next try comes up
 * to 2 s later, and a reader waits for 3 s.
 */
const SOONER_MS = 800;

// The store was away for longer than a lease. When it came back, whoever read
// first took the writer for dead, and the rest of a living answer was lost.
it('does not end an answer whose writer the store was away from', async () => {
  await using streams = await startStreams();
  const cut = new Set<number>();
  const rest = gate();
  const model = scriptedModel([
    { type: 'text', text: 'said before, ' },
    { type: 'wait', until: rest.opened },
    { type: 'text', text: 'and after' },
  ]);
  await using instances = await startInstances((index) => ({
    model,
    leaseMs: 300,
    streams: {
      url: streams.url,
      fetch: (input, init) =>
        cut.has(index)
          ? Promise.reject(new TypeError('cut'))
          : fetch(input, init),
    },
  }));
  const { one, other } = instances;
  const answered = new Traveller(one).send();
  await untilLogged(streams, 'chat-1', 'said before, ');
  cut.add(0).add(1);
  const run = runOf('1', { at: Date.now(), leaseMs: 300 });
  await sleep(deadline(run.value) - Date.now() + 500);
  cut.delete(1);
  const reader = new Traveller(other).resume();
  const loaded = other.chat.load('chat-1');
  // Awaited below, or not where something fails before.
  loaded.catch(() => undefined);
  await sleep(SOONER_MS);
  cut.delete(0);
  rest.open();
  const { messages } = await answered;
  await one.settled();
  const runs = await soundRuns(streams, 'chat-1');
  expect(runs.map(({ text, statuses }) => [text, statuses.at(-1)])).toEqual([
    ['said before, and after', 'done'],
  ]);
  await loaded;
  expect((await reader).messages.at(-1)).toEqual(messages.at(-1));
});
