import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reconnectPolicy } from '../../src/client/index.js';
import { OwnPresence } from '../../src/session/own-presence.js';
import { SessionRequests } from '../../src/session/session-requests.js';
import { TabPresence } from '../../src/session/tab-presence.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Posted {
  readonly body: unknown;
  readonly keepalive: boolean | undefined;
  readonly answer: () => void;
}

/** A device, and what it posts; each post waits until it is answered. */
function device({ isTab = true } = {}) {
  const posted: Posted[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const text = typeof init?.body === 'string' ? init.body : '';
    const body: unknown = JSON.parse(text);
    posted.push({ body, keepalive: init?.keepalive, answer: resolve });
    await promise;
    return new Response(null, { status: 204 });
  };
  const policy = reconnectPolicy();
  const own = { chatId: 'c', deviceId: 'd', isTab, name: 'Ann' };
  const requests = new SessionRequests({ fetch }, policy, own);
  const said = new OwnPresence(requests, 'd');
  const presence = new TabPresence(requests, said);
  const settle = async (ms = 0): Promise<void> => {
    for (const { answer } of posted) answer();
    await vi.advanceTimersByTimeAsync(ms);
  };
  return { said, presence, posted, settle };
}

describe('a device without a connection that stands for it', () => {
  it('says again and again that it is here, and all that it said before', async () => {
    const { said, presence, posted, settle } = device();
    presence.keep(false);
    await settle(5_000);
    presence.keep(false);
    await settle();
    const here = { deviceId: 'd', name: 'Ann', status: 'online' };
    expect(posted.map(({ body }) => body)).toEqual([here]);
    const state = { isTyping: true };
    void said.set({ status: 'away', state });
    await settle(5_000);
    presence.keep(false);
    await settle();
    expect(posted.at(-1)?.body).toEqual({ ...here, status: 'away', state });
    expect(posted).toHaveLength(3);
  });

  it('says that it leaves, after what it was about to say', async () => {
    const { presence, posted, settle } = device();
    presence.keep(false);
    await vi.advanceTimersByTimeAsync(0);
    presence.leave();
    await vi.advanceTimersByTimeAsync(0);
    expect(posted).toHaveLength(1);
    await settle();
    const left = { deviceId: 'd', status: 'offline' };
    expect(posted[1]).toMatchObject({ body: left, keepalive: true });
    await settle();
    presence.leave();
    await settle();
    expect(posted).toHaveLength(2);
  });
});

it('leaves it to a connection where there is one', async () => {
  const { presence, posted, settle } = device();
  presence.keep(false);
  await settle();
  presence.keep(true);
  await settle(60_000);
  presence.keep(true);
  presence.leave();
  await settle();
  expect(posted).toHaveLength(1);
});

it('says nothing of a device that other tabs may stand for', async () => {
  const { presence, posted, settle } = device({ isTab: false });
  presence.keep(false);
  presence.leave();
  await settle();
  expect(posted).toEqual([]);
});
