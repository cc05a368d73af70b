// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConnectionStore } from '../../src/client/connection-store.js';
import type { FollowState } from '../../src/client/follow-state.js';

const tries = { attempt: 1, since: 0 };
const requesting: FollowState = { name: 'requesting', ...tries, asked: 0 };
const waiting: FollowState = { name: 'waiting', ...tries };
const reading: FollowState = {
  name: 'reading',
  ...tries,
  opened: 0,
  heard: 0,
};
const ended: FollowState = { name: 'ended' };

/** What the browser says of itself, and tells when it changes. */
function goOnline(isOnline: boolean): void {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(isOnline);
  window.dispatchEvent(new Event(isOnline ? 'online' : 'offline'));
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the connection of a transport', () => {
  it('is idle until somebody reads, and again when nobody does', () => {
    const store = new ConnectionStore();
    const reader = {};
    expect(store.getSnapshot()).toBe('idle');
    store.report(reader, reading);
    expect(store.getSnapshot()).toBe('connected');
    store.report(reader, ended);
    expect(store.getSnapshot()).toBe('idle');
  });

  it('is reconnecting while any one of its readers is', () => {
    const store = new ConnectionStore();
    const [one, other] = [{}, {}];
    store.report(one, reading);
    store.report(other, reading);
    store.report(one, requesting);
    expect(store.getSnapshot()).toBe('reconnecting');
    store.report(one, waiting);
    expect(store.getSnapshot()).toBe('reconnecting');
    store.report(one, ended);
    expect(store.getSnapshot()).toBe('connected');
  });

  it('tells its listeners of changes, and only of those', () => {
    const store = new ConnectionStore();
    const heard: string[] = [];
    const unsubscribe = store.subscribe(() => heard.push(store.getSnapshot()));
    const reader = {};
    for (const state of [reading, requesting, waiting, requesting, reading]) {
      store.report(reader, state);
    }
    unsubscribe();
    store.report(reader, ended);
    expect(heard).toEqual(['connected', 'reconnecting', 'connected']);
  });

  it('is offline while it reconnects without a network, as it changes', () => {
    const store = new ConnectionStore();
    const heard: string[] = [];
    const unsubscribe = store.subscribe(() => heard.push(store.getSnapshot()));
    store.report({}, waiting);
    goOnline(false);
    goOnline(true);
    goOnline(false);
    unsubscribe();
    goOnline(true);
    expect(heard).toEqual([
      'reconnecting',
      'offline',
      'reconnecting',
      'offline',
    ]);
  });

  it('is not offline for a reader that still gets bytes', () => {
    const store = new ConnectionStore();
    store.report({}, reading);
    goOnline(false);
    expect(store.getSnapshot()).toBe('connected');
  });

  it('has functions that need no this, for useSyncExternalStore', () => {
    const { getSnapshot, subscribe } = new ConnectionStore();
    expect(getSnapshot()).toBe('idle');
    subscribe(() => undefined)();
  });
});
