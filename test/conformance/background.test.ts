import '../support/page-globals.js';
import {
  cuttingProxy,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  it,
  vi,
} from 'vitest';
import { textOf } from '../support/chat-client.js';
import { openHookPage, type HookPage } from '../support/hook-page.js';
import { soundRuns, untilLog, untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startServerProcess } from '../support/server-process.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
afterEach(() => void vi.restoreAllMocks());
const nextChat = sequence('background');

const TEN_MINUTES = 600_000;
const LEASE_MS = 15_000;

function show(state: 'visible' | 'hidden'): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new window.Event('visibilitychange'));
}

/** The page's clock goes on; no timer of it fires: it was frozen. */
function freeze(ms: number): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ms);
}

/** All the events by which browsers may say that a page is back. */
function comeBack(): void {
  show('visible');
  window.dispatchEvent(new window.Event('pageshow'));
  window.dispatchEvent(new window.Event('online'));
}

/** A page that has asked, in mid-answer. Its server has a clock of its own. */
async function inMidAnswer() {
  const server = await startServerProcess(streams, LEASE_MS);
  const proxy = await cuttingProxy({ target: server.url });
  const id = nextChat();
  let finishes = 0;
  const page = await openHookPage({
    api: `${proxy.url}/api/chat`,
    id,
    messages: [],
    transport: { reconnect: {} },
    init: { onFinish: () => void (finishes += 1) },
  });
  page.send('Count!');
  await page.streams('5 ');
  return { server, proxy, id, page, finishes: () => finishes };
}

async function expectWhole(page: HookPage, id: string): Promise<void> {
  const [run, ...others] = await soundRuns(streams, id);
  expect(others).toEqual([]);
  expect(run?.statuses).toEqual(['active', 'done']);
  const [, answer, ...more] = page.messages();
  expect(more).toEqual([]);
  expect(textOf(answer)).toBe(run?.text);
  expect(page.statuses.filter((status) => status !== 'submitted')).toEqual([
    'ready',
    'streaming',
    'ready',
  ]);
}

describe('a page that was in the background for ten minutes', () => {
  it.each(['that goes on', 'that ended meanwhile'])(
    '[A11] reconnects once to an answer %s, and is told of one end',
    async (what) => {
      const scene = await inMidAnswer();
      const { server, proxy, id, page } = scene;
      const before = proxy.requests.length;
      show('hidden');
      proxy.breakAll('stall');
      if (what === 'that ended meanwhile') {
        server.ask('finish');
        await untilLog(streams, id, (records) =>
          records.some(
            (record) => record.type === 'run' && record.value.status === 'done',
          ),
        );
      } else await untilLogged(streams, id, '90 ');
      expect(textOf(page.messages()[1])).not.toContain('90 ');
      expect(page.now().status).toBe('streaming');
      freeze(TEN_MINUTES);
      comeBack();
      if (what === 'that goes on') {
        await page.streams('90 ');
        server.ask('finish');
      }
      await page.rests('5 ');
      await expectWhole(page, id);
      expect(scene.finishes()).toBe(1);
      const later = proxy.requests.slice(before);
      expect(later.map(({ method }) => method)).toEqual(['GET']);
      page.leave();
      await proxy.close();
      await server[Symbol.asyncDispose]();
    },
  );
});

describe('a page whose answer was stopped', () => {
  it('[A27] resumes nothing when it comes back, nor when it is reloaded', async () => {
    const scene = await inMidAnswer();
    const { server, proxy, id, page } = scene;
    await page.transport.stop({ chatId: id });
    await page.rests('5 ');
    const stopped = page.messages();
    const { length } = proxy.requests;
    show('hidden');
    freeze(TEN_MINUTES);
    comeBack();
    const reloaded = await openHookPage({ api: `${proxy.url}/api/chat`, id });
    // Answered by 204: when a second request like it is, the first is over.
    await fetch(`${proxy.url}/api/chat/${id}/stream`);
    expect(reloaded.messages()).toEqual(stopped);
    expect(reloaded.statuses).toEqual(['ready']);
    expect(page.messages()).toEqual(stopped);
    expect(page.statuses.at(-1)).toBe('ready');
    expect(scene.finishes()).toBe(1);
    const later = proxy.requests.slice(length).map(({ url }) => url);
    // The load of the new page, its resume, and our own question.
    expect(later).toHaveLength(3);
    expect((await soundRuns(streams, id)).map((it) => it.statuses)).toEqual([
      ['active', 'stopped'],
    ]);
    page.leave();
    reloaded.leave();
    await proxy.close();
    await server[Symbol.asyncDispose]();
  });
});
