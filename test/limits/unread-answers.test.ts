import { afterEach, describe, expect, it, vi } from 'vitest';
import { untilLogged } from '../support/read-log.js';
import { openInProcessApp, question } from './in-process-app.js';

afterEach(() => void vi.useRealTimers());

const LAG_BYTES = 1_048_576;
/** What a burst brings leaves in writes of so much, and a frame. */
const BATCH_BYTES = 65_536;
const KILOBYTE = 'x'.repeat(1_024);

async function bytesLeft(response: Response): Promise<number> {
  return (await response.arrayBuffer()).byteLength;
}

describe('a reader that never reads', () => {
  it('[A38] holds 1 MB of a live answer and one write, and the rest is for whoever comes back', async () => {
    await using app = await openInProcessApp();
    const { chat } = app;
    const id = 'unread';
    const posted = await chat.handle(app.post({ id, messages: [question()] }));
    for (let count = 0; count < 2_048; count += 1) app.say(KILOBYTE);
    app.say('the end');
    app.end.open();
    await app.settled();
    const size = await bytesLeft(posted);
    expect(size).toBeGreaterThan(LAG_BYTES / 2);
    expect(size).toBeLessThan(LAG_BYTES + BATCH_BYTES + 2 * KILOBYTE.length);
    const resumed = await chat.handle(app.get(`/${id}/stream?have=`));
    const whole = await resumed.text();
    expect(whole).toContain('the end');
    expect(whole.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(app.errors).toEqual([]);
  });

  it('of a replay is sent away after a minute, and its follower with it', async () => {
    await using app = await openInProcessApp();
    const { chat, streams } = app;
    const id = 'left-alone';
    const posted = await chat.handle(app.post({ id, messages: [question()] }));
    app.say('Hello');
    await untilLogged(streams, id, 'Hello');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const never = await chat.handle(app.get(`/${id}/stream`));
    const once = await chat.handle(app.get(`/${id}/stream`));
    const reader = once.body?.getReader();
    await reader?.read();
    await vi.advanceTimersByTimeAsync(59_000);
    // One that reads, and waits for what comes, may wait for ever.
    const waiting = await chat.handle(app.get(`/${id}/stream`));
    const patient = waiting.body?.getReader();
    await patient?.read();
    const pending = patient?.read();
    await vi.advanceTimersByTimeAsync(61_000);
    expect(await reader?.read()).toMatchObject({ done: true });
    expect(await never.text()).toBe('');
    app.say(' again');
    expect((await pending)?.done).toBe(false);
    vi.useRealTimers();
    await patient?.cancel();
    app.end.open();
    await posted.text();
  });
});
