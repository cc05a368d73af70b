import { describe, expect, it } from 'vitest';
import { hasRecords } from './fake-browser.js';
import { useSharingTabs } from './sharing-tabs.js';

const tabs = useSharingTabs();

describe('tabs of one browser', () => {
  it('share a connection, each after a request of its own', async () => {
    const sharing = await tabs.three();
    expect(tabs.faultsOf(...sharing)).toEqual([]);
    tabs.server.append(3);
    await tabs.pass(100);
    expect(tabs.faultsOf(...sharing)).toEqual([]);
    // Nothing but time passes: it stays so, by the server's heartbeats.
    await tabs.pass(120_000);
    tabs.server.append(1);
    await tabs.pass(100);
    expect(tabs.faultsOf(...sharing)).toEqual([]);
    expect(tabs.server.asked).toHaveLength(3);
    const [first, ...others] = sharing;
    expect(first.keeps).toBe(0);
    // With each heartbeat, for a connection would say it by itself.
    for (const { keeps } of others) expect(keeps).toBeGreaterThan(12);
  });

  it('open at the same moment, and share one that stands for a device', async () => {
    tabs.server.append(5);
    const sharing = [1, 2, 3].map(() => tabs.start());
    tabs.server.append(1);
    await tabs.pass(200);
    expect(tabs.faultsOf(...sharing)).toEqual([]);
    expect(tabs.server.asked).toHaveLength(3);
  });

  it('let go of the lock when they are closed as soon as they are opened', async () => {
    const closed = tabs.start();
    closed.stop();
    await tabs.pass(5_000);
    const [lock] = tabs.browser.locks.values();
    expect(lock?.holder).toBeUndefined();
    expect(tabs.faultsOf(await tabs.open())).toEqual([]);
  });

  it('join in the middle of an answer', async () => {
    const first = await tabs.open();
    const late = tabs.start();
    for (let n = 0; n < 40; n += 1) {
      tabs.server.append(1);
      await tabs.pass(1);
    }
    expect(tabs.faultsOf(first, late)).toEqual([]);
    expect(tabs.server.asked).toHaveLength(2);
  });

  it('join where another instance cuts the log otherwise', async () => {
    const first = await tabs.open();
    tabs.server.append(3);
    const late = await tabs.open({ instance: 1 });
    tabs.server.append(3);
    await tabs.pass(100);
    expect(tabs.faultsOf(first, late)).toEqual([]);
    expect(tabs.server.asked).toHaveLength(2);
  });

  it('wait with their own connection for one that stands between its words', async () => {
    const first = await tabs.open({ instance: 1 });
    const late = tabs.start({ latencyMs: 5 });
    for (let n = 0; n < 40; n += 1) {
      tabs.server.append(3);
      await tabs.pass(2);
    }
    // By the next heartbeat they stand at the same place.
    await tabs.pass(11_000);
    expect(tabs.faultsOf(first, late)).toEqual([]);
    expect(tabs.server.asked).toHaveLength(2);
  });

  it('say no snapshot to one another', async () => {
    const sharing = await tabs.three();
    tabs.server.append(2);
    await tabs.pass(100);
    tabs.server.cut();
    tabs.server.append(2);
    tabs.server.forget();
    await tabs.pass(1_000);
    expect(tabs.faultsOf(...sharing)).toEqual([]);
    const said = tabs.browser.passed.map(({ data }) => data);
    expect(JSON.stringify(said)).not.toContain('snapshot');
  });

  it('follow on when the tab is closed that has it', async () => {
    const [first, second, third] = await tabs.three();
    tabs.server.append(2);
    await tabs.pass(1);
    first.close();
    tabs.server.append(2);
    await tabs.pass(1_000);
    expect(tabs.faultsOf(second, third)).toEqual([]);
    tabs.server.append(2);
    await tabs.pass(100);
    expect(tabs.faultsOf(second, third)).toEqual([]);
    // Of all that go on, one asks: or, at worst, each.
    expect(tabs.server.asked.length).toBeLessThanOrEqual(5);
    const after = tabs.server.asked.slice(3).map((one) => one.after);
    expect(after).not.toContain(undefined);
  });

  it('follow on when its process dies, before its last words have come', async () => {
    const [first, second, third] = await tabs.three();
    tabs.server.append(2);
    await tabs.pass(100);
    tabs.browser.loses = ({ from, to }) =>
      from === first.tab && to === third.tab;
    tabs.server.append(2);
    await tabs.pass(1);
    first.kill();
    tabs.server.append(2);
    await tabs.pass(1_000);
    expect(tabs.faultsOf(second, third)).toEqual([]);
    // What was lost came from the server, after what was there.
    const after = tabs.server.asked.slice(3).map((one) => one.after);
    expect(after).not.toContain(undefined);
  });

  it('ask again for what was lost between them', async () => {
    const [first, second, third] = await tabs.three();
    tabs.browser.loses = (passage) =>
      hasRecords(passage) && passage.to === second.tab;
    tabs.server.append(1);
    await tabs.pass(100);
    tabs.browser.loses = () => false;
    tabs.server.append(1);
    await tabs.pass(1_000);
    expect(tabs.faultsOf(first, second, third)).toEqual([]);
    expect(tabs.server.asked.slice(3)).toMatchObject([{ after: '000000' }]);
  });

  it('go on without a tab that stands still, which joins them later', async () => {
    const [first, second, third] = await tabs.three();
    first.tab.freeze();
    tabs.server.append(2);
    await tabs.pass(35_000);
    tabs.server.append(2);
    await tabs.pass(100);
    expect(second.records).toEqual(tabs.server.all);
    expect(third.records).toEqual(tabs.server.all);
    const others = [...tabs.server.connections].filter(
      ({ tab }) => tab !== first.tab,
    );
    expect(others).toMatchObject([{ isPresent: true }]);
    first.tab.thaw();
    await tabs.pass(30_000);
    tabs.server.append(1);
    await tabs.pass(1_000);
    expect(tabs.faultsOf(first, second, third)).toEqual([]);
  });

  it('go on at once without a tab that is put to sleep', async () => {
    const [first, second, third] = await tabs.three();
    first.tab.rest();
    await tabs.pass(0);
    first.tab.freeze();
    tabs.server.append(2);
    await tabs.pass(1_000);
    third.tab.rest();
    expect(third.isKept).toBe(false);
    third.tab.wake();
    await tabs.pass(1_000);
    expect(tabs.faultsOf(second, third)).toEqual([]);
    first.tab.thaw();
    first.tab.wake();
    await tabs.pass(1_000);
    expect(tabs.faultsOf(first, second, third)).toEqual([]);
  });

  it('are reconnecting, all of them, while the server is away', async () => {
    const sharing = await tabs.three();
    tabs.server.isDown = true;
    tabs.server.cut();
    await tabs.pass(20_000);
    for (const { states } of sharing) {
      expect(states.at(-1)).toMatch(/requesting|waiting/);
    }
    tabs.server.append(2);
    tabs.server.isDown = false;
    await tabs.pass(30_000);
    for (const { states } of sharing) expect(states.at(-1)).toBe('reading');
    expect(tabs.faultsOf(...sharing)).toEqual([]);
  });

  it('learn that the chat was deleted, and do not ask again', async () => {
    const sharing = await tabs.three();
    tabs.server.delete();
    await tabs.pass(60_000);
    for (const { errors, states } of sharing) {
      expect(errors).toMatchObject([{ code: 'log-lost' }]);
      expect(states.at(-1)).toBe('ended');
    }
    expect(tabs.server.asked).toHaveLength(3);
  });

  it.each(['is refused', 'hangs'] as const)(
    'have a connection each where locking %s',
    async (locking) => {
      tabs.browser.locking = locking;
      const sharing = await tabs.three();
      tabs.server.append(2);
      await tabs.pass(1_100);
      for (const { records } of sharing)
        expect(records).toEqual(tabs.server.all);
      const present = [...tabs.server.connections].map(
        ({ isPresent }) => isPresent,
      );
      expect(present).toEqual([true, true, true]);
    },
  );
});
