import { scriptedModel, startStreams } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';
import { answersIn, untilDead } from '../support/cut-off.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { untilLogged } from '../support/read-log.js';
import { startInstances } from '../support/start-instances.js';

const LEASE_MS = 600;

/** A `fetch` that can lose one POST on its way: it is never answered. */
function losingFetch() {
  let isLosing = false;
  const losing: typeof fetch = (input, init) => {
    if (!isLosing || init?.method !== 'POST') return fetch(input, init);
    isLosing = false;
    const { signal } = init;
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  };
  return { fetch: losing, loseOne: () => void (isLosing = true) };
}

// A request that a dead connection had swallowed was waited for three times as
// long as a run's lease: a living writer was taken for dead.
it.for(['first', 'second'] as const)(
  'does not end an answer whose %s append was lost on its way',
  async (which) => {
    await using streams = await startStreams();
    const { fetch, loseOne } = losingFetch();
    const rest = gate();
    const model = scriptedModel([
      { type: 'text', text: 'said before, ' },
      { type: 'wait', until: rest.opened },
      { type: 'text', text: 'and after' },
    ]);
    await using instances = await startInstances((index) => ({
      model,
      leaseMs: LEASE_MS,
      streams: index === 0 ? { url: streams.url, fetch } : streams,
    }));
    const { one, other } = instances;
    if (which === 'first') loseOne();
    const answered = new Traveller(one).send();
    await untilLogged(streams, 'chat-1', 'said before, ');
    if (which === 'second') loseOne();
    const reader = new Traveller(other).resume();
    await untilDead(LEASE_MS);
    rest.open();
    const { messages } = await answered;
    await one.settled();
    expect(await answersIn(streams)).toEqual([
      ['said before, and after', 'done'],
    ]);
    expect((await reader).messages.at(-1)).toEqual(messages.at(-1));
  },
);
