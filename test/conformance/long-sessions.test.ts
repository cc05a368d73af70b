import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/session-app.js';
import { SessionWire } from '../support/session-wire.js';
import { WorkMeter } from '../support/work-meter.js';

let meter: WorkMeter;
beforeAll(async () => {
  meter = await WorkMeter.start();
  // A function is counted once the runtime has seen it often.
  using page = await openPage();
  const answer = page.wire.begin();
  await page.workOf(4_000, () => answer.say(['word ']));
}, 120_000);
afterAll(() => meter[Symbol.asyncDispose]());

/** A page that shows every change, and how much work its chunks are. */
async function openPage() {
  // Only what is compiled from now on is counted to its branches.
  const { DurableSession } = await import('ai-durable-transport/session');
  const wire = new SessionWire();
  const session = new DurableSession({
    api: 'http://localhost/api/chat',
    chatId: 'chat',
    deviceId: null,
    fetch: wire.fetch,
  });
  let shown = session.getSnapshot();
  const leave = session.subscribe(() => {
    shown = session.getSnapshot();
  });
  return {
    wire,
    shown: () => shown,
    /** Of so many chunks, each shown by itself. */
    workOf: async (chunks: number, say: () => void): Promise<number> => {
      await setImmediate();
      await meter.take();
      for (let chunk = 0; chunk < chunks; chunk += 1) {
        say();
        await setImmediate();
      }
      return meter.take();
    },
    [Symbol.dispose]() {
      leave();
      session.close();
    },
  };
}

/** The runtime does not count each time all that it has compiled before. */
function expectSame(work = NaN, before = NaN): void {
  expect(work / before).toBeLessThan(1.5);
}

describe('a chunk of a session', { timeout: 180_000 }, () => {
  it('[A56] costs the same work after 20,000 chunks as after 1,000', async () => {
    using page = await openPage();
    const { wire, shown, workOf } = page;
    const answer = wire.begin();
    const say = (): void => answer.say(['word ']);
    const works: number[] = [];
    for (let turn = 0; turn < 20; turn += 1)
      works.push(await workOf(1_000, say));
    expect(textOf(shown().messages.at(-1))).toBe('word '.repeat(20_000));
    expect(works[1]).toBeGreaterThan(1_000);
    expectSame(works.at(-1), works[1]);
  });

  it('costs the same work after 400 messages as after 4', async () => {
    using page = await openPage();
    const { wire, shown, workOf } = page;
    const works: number[] = [];
    for (const messages of [4, 400]) {
      while (shown().messages.length < messages) {
        wire.begin().say(['word ']);
        await setImmediate();
      }
      const answer = wire.begin();
      works.push(await workOf(100, () => answer.say(['word '])));
    }
    expect(works[0]).toBeGreaterThan(100);
    expectSame(works[1], works[0]);
  });
});
