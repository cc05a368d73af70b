import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  expect,
  it,
  vi,
} from 'vitest';
import { sequence } from '../support/sequence.js';
import { authorizeByHeader, echo } from '../support/session-app.js';
import {
  SessionDevice,
  type SessionDeviceOptions,
} from '../support/session-device.js';
import { startInstances } from '../support/start-instances.js';

// Node has locks and channels as a browser does, for all of a process: what it
// lacks to be a page with several tabs is a document.
beforeEach(() => {
  const page = Object.assign(new EventTarget(), {
    baseURI: 'http://localhost/',
    visibilityState: 'visible',
  });
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', page);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('shared-tabs');

const startApp = () =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo', 5) },
  });

/** A `fetch` that counts the connections by which sessions are followed. */
function countedFetch() {
  const open = new Set<string>();
  const counted: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const url = input instanceof Request ? input.url : input.toString();
    if (!url.includes('/session') || !response.ok) return response;
    const id = `${open.size} ${url} ${performance.now()}`;
    open.add(id);
    init?.signal?.addEventListener('abort', () => open.delete(id));
    return response;
  };
  return { fetch: counted, open };
}

const isOnline = ({ now }: SessionDevice, deviceId: string | null): boolean =>
  now.presence.some(
    (one) => one.deviceId === deviceId && one.status === 'online',
  );

it('says of each tab that it is there, and of none that is closed', async () => {
  await using instances = await startApp();
  const { api } = instances.one;
  const chatId = nextChat();
  const { fetch: counted, open } = countedFetch();
  const common = { api, chatId, fetch: counted, name: 'Ann' };
  using bob = new SessionDevice({ api, chatId, actor: 'bob', deviceId: null });
  await bob.connected();
  using first = new SessionDevice(common);
  await first.connected();
  using second = new SessionDevice(common);
  using third = new SessionDevice(common);
  const tabs = [first, second, third];
  const see = (online: readonly SessionDevice[]): Promise<void> =>
    bob.until((one) =>
      tabs.every(
        (tab) => isOnline(one, tab.session.deviceId) === online.includes(tab),
      ),
    );
  await see(tabs);
  await vi.waitUntil(() => open.size === 1, { timeout: 20_000 });
  const names = bob.now.presence.map(({ name }) => name);
  expect(names).toEqual(['Ann', 'Ann', 'Ann']);

  // One that is told by its own requests, and then the one with the connection.
  third.session.close();
  await see([first, second]);
  expect(open.size).toBe(1);
  first.session.close();
  await see([second]);
  await vi.waitUntil(() => open.size === 1, { timeout: 20_000 });
  second.leave();
  await see([]);
});

it('lets each tab say what all see, of one connection', async () => {
  await using instances = await startApp();
  const { api } = instances.one;
  const chatId = nextChat();
  const { fetch: counted, open } = countedFetch();
  const common = { api, chatId, fetch: counted };
  using first = new SessionDevice(common);
  await first.connected();
  using second = new SessionDevice(common);
  await second.connected();
  await vi.waitUntil(() => open.size === 1, { timeout: 20_000 });
  const words = Array.from({ length: 30 }, (_, n) => `w${n}`).join(' ');
  await second.session.send({ text: words });
  await second.until(({ texts }) => texts[1]?.includes('w5') === true);
  first.session.close();
  await second.rests(2);
  expect(second.texts).toEqual([words, `echo hears ${words}`]);
  expect(second.now.unsent).toEqual([]);
  expect(open.size).toBe(1);
});

it.each<[string, Partial<SessionDeviceOptions>, number]>([
  ['of one device that the app named', { deviceId: 'laptop' }, 1],
  ['that only read', { deviceId: null }, 1],
])('shares between tabs %s', async (_, device, connections) => {
  await using instances = await startApp();
  const { api } = instances.one;
  const chatId = nextChat();
  const { fetch: counted, open } = countedFetch();
  const common = { api, chatId, fetch: counted };
  using first = new SessionDevice({ ...common, ...device });
  await first.connected();
  using second = new SessionDevice({ ...common, ...device });
  await second.connected();
  await vi.waitUntil(() => open.size === connections, { timeout: 20_000 });
  using other = new SessionDevice({ ...common, deviceId: 'another' });
  await other.connected();
  await other.session.send({ text: 'hello' });
  await Promise.all([first.rests(2), second.rests(2), other.rests(2)]);
  expect(open.size).toBe(connections + 1);
  const devices = other.now.presence.map(({ deviceId }) => deviceId);
  const named = device.deviceId === null ? [] : ['laptop'];
  expect(devices.toSorted()).toEqual(['another', ...named]);
});

it('has a connection for each where there is no page', async () => {
  // Other tests of this process may have left one.
  vi.stubGlobal('document', undefined);
  await using instances = await startApp();
  const { api } = instances.one;
  const chatId = nextChat();
  const { fetch: counted, open } = countedFetch();
  const common = { api, chatId, fetch: counted };
  using first = new SessionDevice(common);
  using second = new SessionDevice(common);
  await Promise.all([first.connected(), second.connected()]);
  await first.session.send({ text: 'hello' });
  await Promise.all([first.rests(2), second.rests(2)]);
  expect(open.size).toBe(2);
});
