import {
  cuttingProxy,
  faultyFetch,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChatApp, type ChatApp } from '../support/chat-app.js';
import { openTab, plain, textOf, until } from '../support/chat-client.js';
import { EAGER } from '../support/journey.js';
import { numberAnswer, NUMBERS } from '../support/number-answer.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

const nextChat = sequence('cursors');

/** A chat whose answer is still being written, or was. */
async function counted(isOver: boolean) {
  const { model, start, middle } = numberAnswer();
  start.open();
  if (isOver) middle.open();
  const stored: Promise<unknown>[] = [];
  const app = await startChatApp({
    streams: { url: streams.url },
    model,
    waitUntil: (promise) => void stored.push(promise),
  });
  const id = nextChat();
  const tab = openTab(app.api, { id });
  const sent = tab.chat.sendMessage({ text: 'Count.' });
  await until(tab, ({ messages }) => textOf(messages[1]).includes('three'));
  if (isOver) {
    await sent;
    await Promise.all(stored);
  }
  return { app, id, tab, sent, middle };
}

interface Answer {
  readonly status: number;
  readonly code: unknown;
  /** The texts, put together. */
  readonly text: string;
  readonly isWhole: boolean;
  readonly cursors: readonly string[];
}

async function ask(
  { api }: Pick<ChatApp, 'api'>,
  id: string,
  cursor?: string,
): Promise<Answer> {
  const response = await fetch(`${api}/${id}/stream?have=`, {
    headers: cursor === undefined ? {} : { 'last-event-id': cursor },
  });
  const body = await response.text();
  const deltas = body.matchAll(/"delta":"([^"]*)"/g);
  return {
    status: response.status,
    code: /"code":"([^"]*)"/.exec(body)?.[1],
    text: [...deltas].map(([, delta]) => delta).join(''),
    isWhole: body.endsWith('data: [DONE]\n\n'),
    cursors: [...body.matchAll(/^id: (.*)$/gm)].map(([, own = '']) => own),
  };
}

const NOT_OURS = { status: 400, code: 'invalid-cursor' };

/** Nothing that a server of ours ever gave away. */
const forgeries = (runId: string): string[] => [
  '0',
  'x',
  runId,
  '.',
  `-1.${runId}`,
  `1e3.${runId}`,
  `99999999999999999999.${runId}`,
  `9007199254740993.${runId}`,
  `0.${runId}x`,
  `0.${runId.slice(1)}`,
  `0.__proto__`,
  `0.${runId}.0_0.0_0`,
  `0.${'r'.repeat(5_000)}`,
  `0.%2e%2e%2f${runId}`,
  '{"runId":"x"}',
  "'; DROP TABLE runs; --",
];

describe('[A41] a cursor', () => {
  it.each([
    ['runs', false],
    ['is over', true],
  ])('that is forged is refused while the run %s', async (_, isOver) => {
    const { app, id, tab, sent, middle } = await counted(isOver);
    const runId = await runOf(app, id, tab.transport);
    for (const forged of forgeries(runId)) {
      expect.soft(await ask(app, id, forged), forged).toMatchObject(NOT_OURS);
    }
    middle.open();
    await sent;
    const { text, isWhole } = await ask(app, id);
    expect({ text, isWhole }).toEqual({ text: NUMBERS, isWhole: true });
    await app.close();
  });

  it('of another chat is refused, and the chat can be read without', async () => {
    const [one, other] = [await counted(true), await counted(true)];
    const start = `0.${await runOf(other.app, other.id)}`;
    const { cursors } = await ask(other.app, other.id, start);
    expect(cursors.length).toBeGreaterThan(0);
    for (const cursor of [start, ...cursors]) {
      expect(await ask(one.app, one.id, cursor)).toMatchObject(NOT_OURS);
    }
    expect(await ask(one.app, one.id)).toMatchObject({
      status: 200,
      text: NUMBERS,
      isWhole: true,
    });
    await one.app.close();
    await other.app.close();
  });

  it('gives the exact rest, or nothing, however it was cut short', async () => {
    const { app, id } = await counted(true);
    const runId = await runOf(app, id);
    const all = await ask(app, id, `0.${runId}`);
    expect(all).toMatchObject({ status: 200, text: NUMBERS, isWhole: true });
    const some = [0, 4, -1].map((index) => all.cursors.at(index) ?? '');
    for (const cursor of some) {
      for (let length = 0; length <= cursor.length; length += 1) {
        const cut = cursor.slice(0, length);
        const answer = await ask(app, id, cut);
        const delivered = Number.parseInt(cut, 10);
        const rest = all.cursors.slice(delivered);
        const isRight =
          answer.status === 400
            ? answer.code === 'invalid-cursor'
            : answer.isWhole && answer.cursors.length === rest.length;
        expect.soft(isRight, cut).toBe(true);
      }
    }
    await app.close();
  });

  it('gives the exact rest with an offset that leads astray', async () => {
    const { app, id } = await counted(true);
    const runId = await runOf(app, id);
    const { cursors } = await ask(app, id, `0.${runId}`);
    const offsets = ['-1', 'now', '0', 'x', '~', '9'.repeat(33), '%00', '%F0'];
    const real = cursors.map((own) => own.split('.')[2] ?? '');
    for (const offset of new Set([...offsets, ...real])) {
      for (let delivered = 0; delivered <= cursors.length; delivered += 1) {
        const answer = await ask(app, id, `${delivered}.${runId}.${offset}`);
        const isRight =
          answer.status === 400 ||
          (answer.isWhole &&
            answer.cursors.length === cursors.length - delivered);
        expect.soft(isRight, `${delivered} ${offset}`).toBe(true);
      }
    }
    await app.close();
  });

  it('beyond the end of a run is refused', async () => {
    const { app, id } = await counted(true);
    const runId = await runOf(app, id);
    const { cursors } = await ask(app, id, `0.${runId}`);
    const { length } = cursors;
    expect(await ask(app, id, `${length}.${runId}`)).toMatchObject({
      status: 200,
      text: '',
      isWhole: true,
    });
    for (const beyond of [length + 1, 1_000, 99_999_999, 999_999_999]) {
      const answer = ask(app, id, `${beyond}.${runId}`);
      expect(await answer).toMatchObject(NOT_OURS);
    }
    await app.close();
  });
});

async function runOf(
  { api }: Pick<ChatApp, 'api'>,
  id: string,
  transport = openTab(api, { id }).transport,
): Promise<string> {
  const response = await fetch(`${api}/${id}/stream?have=`);
  await response.body?.cancel();
  const { activeRunId } = await transport.load({ chatId: id });
  return activeRunId ?? response.headers.get('durable-run-id') ?? '';
}

/** What a middlebox does to the header on its way. */
const manglings: readonly [string, (cursor: string) => string | undefined][] = [
  ['strips', () => undefined],
  ['empties', () => ''],
  ['replaces', () => 'something-else'],
  ['cuts', (cursor) => cursor.slice(0, 4)],
  ['doubles', (cursor) => `${cursor}, ${cursor}`],
  ['cuts the offset of', (cursor) => cursor.slice(0, -3)],
  ['spoils the offset of', (cursor) => `${cursor}x`],
];

describe('[A41] a middlebox that', () => {
  it.each(manglings)(
    '%s the Last-Event-ID leads to the same text or to a typed error',
    async (_, mangle) => {
      const { app, id, tab, sent, middle } = await counted(false);
      const proxy = await cuttingProxy({ target: app.url });
      proxy.script = [{ kind: 'cut', afterFrames: 4 }];
      const errors: unknown[] = [];
      const broken = mangling(mangle);
      const reader = openTab(`${proxy.url}/api/chat`, {
        id,
        transport: { fetch: broken, reconnect: EAGER },
        init: {
          messages: plain(tab.chat.messages.slice(0, 1)),
          onError: (error) => void errors.push(error),
        },
      });
      const resumed = reader.chat.resumeStream();
      await until(reader, ({ messages }) => messages.length > 1);
      middle.open();
      await Promise.all([resumed, sent]);
      expect(errors.length).toBeLessThan(2);
      for (const error of errors) {
        expect(error).toMatchObject({
          name: 'DurableChatError',
          code: expect.stringMatching(/^(invalid-cursor|log-lost)$/),
        });
      }
      // Without the middlebox it is all there.
      const page = openTab(app.api, {
        id,
        transport: { newestMessageId: () => '' },
        init: { messages: plain(reader.chat.messages) },
      });
      await page.chat.resumeStream();
      for (const { chat } of errors.length > 0 ? [page] : [page, reader]) {
        expect(plain(chat.messages)).toEqual(plain(tab.chat.messages));
        expect(textOf(chat.messages[1])).toBe(NUMBERS);
      }
      await proxy.close();
      await app.close();
    },
  );

  it('mangles it once is not noticed', async () => {
    const { app, id, tab, sent, middle } = await counted(false);
    let times = 0;
    const fetch = mangling((cursor) => {
      times += 1;
      return times === 1 ? 'mangled' : cursor;
    });
    const reader = openTab(app.api, {
      id,
      transport: {
        fetch: faultyFetch([{ kind: 'cut', afterFrames: 4 }], fetch),
        reconnect: EAGER,
      },
      init: { messages: plain(tab.chat.messages.slice(0, 1)) },
    });
    const resumed = reader.chat.resumeStream();
    await until(reader, ({ messages }) => messages.length > 1);
    middle.open();
    await Promise.all([resumed, sent]);
    expect(plain(reader.chat.messages)).toEqual(plain(tab.chat.messages));
    expect(reader.statuses).not.toContain('error');
    expect(times).toBeGreaterThan(1);
    await app.close();
  });
});

function mangling(
  mangle: (cursor: string) => string | undefined,
): typeof globalThis.fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    const cursor = headers.get('last-event-id');
    if (cursor !== null) {
      const mangled = mangle(cursor);
      if (mangled === undefined) headers.delete('last-event-id');
      else headers.set('last-event-id', mangled);
    }
    return fetch(input, { ...init, headers });
  };
}
