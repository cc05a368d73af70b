import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tabGroup } from '../../src/session/tab-group.js';

beforeEach(() => {
  vi.stubGlobal('document', { baseURI: 'https://app.example/rooms/' });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const nameOf = (...args: Parameters<typeof tabGroup>): string | undefined =>
  tabGroup(...args)?.name;

describe('the group of tabs that may share', () => {
  it('is that of a chat of a server', () => {
    const name = nameOf('/api/chat', 'c', undefined);
    expect(name).toBe(nameOf('https://app.example/api/chat', 'c', undefined));
    expect(name).not.toBe(nameOf('/api/chat', 'd', undefined));
    expect(name).not.toBe(nameOf('/api/chat?tenant=2', 'c', undefined));
    // What looks the same on two pages may be two servers.
    const relative = nameOf('chat', 'c', undefined);
    vi.stubGlobal('document', { baseURI: 'https://app.example/others/' });
    expect(nameOf('chat', 'c', undefined)).not.toBe(relative);
  });

  it('is that of a device, where the app named one', () => {
    const named = ['laptop', 'phone', null, undefined, 'null'];
    const names = named.map((deviceId) => nameOf('/api', 'c', deviceId));
    expect(new Set(names).size).toBe(named.length);
  });

  it.each<[string, () => void]>([
    ['a document', () => vi.stubGlobal('document', undefined)],
    ['locks', () => vi.stubGlobal('navigator', {})],
    ['channels', () => vi.stubGlobal('BroadcastChannel', undefined)],
    [
      'the right to open one',
      () =>
        vi.stubGlobal('BroadcastChannel', function refuse() {
          throw new DOMException('Not here.', 'SecurityError');
        }),
    ],
    [
      'an address that can be told',
      () => vi.stubGlobal('document', { baseURI: 'about:blank' }),
    ],
  ])('is none without %s', (_, takeAway) => {
    takeAway();
    expect(tabGroup('/api/chat', 'c', undefined)).toBeUndefined();
  });
});
