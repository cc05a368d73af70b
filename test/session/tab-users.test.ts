import { describe, expect, it } from 'vitest';
import { hasRecords } from './fake-browser.js';
import { useSharingTabs } from './sharing-tabs.js';

const tabs = useSharingTabs();

describe('two users of one browser', () => {
  it('never share, nor hear what the other one reads', async () => {
    const ann = await tabs.open({ actorId: 'ann' });
    const bob = await tabs.open({ actorId: 'bob' });
    tabs.server.append(2);
    await tabs.pass(30_000);
    tabs.server.append(2);
    await tabs.pass(100);
    for (const { records } of [ann, bob])
      expect(records).toEqual(tabs.server.all);
    const connected = [...tabs.server.connections];
    expect(connected.map(({ actorId }) => actorId)).toEqual(['ann', 'bob']);
    expect(connected.map(({ isPresent }) => isPresent)).toEqual([true, true]);
    expect(tabs.browser.passed.filter(hasRecords)).toEqual([]);
  });

  it('share each among their own tabs', async () => {
    const sharing = [
      await tabs.open({ actorId: 'ann' }),
      await tabs.open({ actorId: 'bob' }),
      await tabs.open({ actorId: 'bob' }),
      await tabs.open({ actorId: 'ann' }),
    ];
    await tabs.pass(5_000);
    tabs.server.append(2);
    await tabs.pass(100);
    for (const { records } of sharing) expect(records).toEqual(tabs.server.all);
    const readers = [...tabs.server.connections].map(({ actorId }) => actorId);
    expect(readers.toSorted()).toEqual(['ann', 'bob']);
    const owners = new Map(sharing.map(({ tab, actorId }) => [tab, actorId]));
    const passed = tabs.browser.passed.filter(hasRecords);
    expect(passed.length).toBeGreaterThan(0);
    for (const { from, to } of passed) {
      expect(owners.get(from)).toBe(owners.get(to));
    }
  });

  it('get nothing from each other where the server lets one not in', async () => {
    tabs.server.append(2);
    tabs.server.refused.add('eve');
    const ann = await tabs.open({ actorId: 'ann' });
    const eve = await tabs.open({ actorId: 'eve' });
    tabs.server.append(2);
    await tabs.pass(60_000);
    expect(tabs.faultsOf(ann)).toEqual([]);
    expect(eve.records).toEqual([]);
    expect(eve.errors).toMatchObject([{ code: 'forbidden' }]);
    expect(tabs.browser.passed.filter(({ to }) => to === eve.tab)).toEqual([]);
  });

  it('hear nothing any more, either, when one is let in no more', async () => {
    const first = await tabs.open();
    const second = await tabs.open({ latencyMs: 50 });
    await tabs.pass(200);
    expect(tabs.faultsOf(first, second)).toEqual([]);
    tabs.server.refused.add(second.tab);
    tabs.server.cut();
    await tabs.pass(1_000);
    tabs.server.append(2);
    await tabs.pass(1_000);
    expect(tabs.faultsOf(first)).toEqual([]);
    expect(second.records).toEqual([]);
    expect(second.errors).toMatchObject([{ code: 'forbidden' }]);
  });

  it('ask for themselves again when the connection breaks off', async () => {
    const [first, second, third] = await tabs.three();
    tabs.server.refused.add('ann');
    tabs.server.cut();
    tabs.server.append(2);
    await tabs.pass(60_000);
    for (const { errors, records } of [first, second, third]) {
      expect(errors).toMatchObject([{ code: 'forbidden' }]);
      expect(records).toEqual([]);
    }
    expect(tabs.server.connections.size).toBe(0);
  });
});
