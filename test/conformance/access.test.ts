import {
  scriptedModel,
  scriptedText,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import type { Authorize } from 'ai-durable-transport/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChatApp, type ChatApp } from '../support/chat-app.js';
import { openTab, plain, textOf, until } from '../support/chat-client.js';
import { numberAnswer, NUMBERS } from '../support/number-answer.js';
import { sequence } from '../support/sequence.js';

const SECRET = 'The treasure is under the oak.';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

const nextOwner = sequence('alice');

/** A chat is its owner's: `{owner}.{name}`. */
const owns: Authorize = ({ request, chatId }) => {
  const id = request.headers.get('x-user') ?? '';
  if (chatId.startsWith(`${id}.`)) return { id };
  throw new Error(`${chatId} is not a chat of ${id}`);
};

interface Trespass {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Everything that a stranger may try on a chat. */
function trespasses(chatId: string, cursor: string): Trespass[] {
  const path = `/${encodeURIComponent(chatId)}`;
  const messages = [
    { id: 'q', role: 'user', parts: [{ type: 'text', text: 'Where?' }] },
  ];
  const body = (fields: object): string =>
    JSON.stringify({ id: chatId, messages, ...fields });
  return [
    { name: 'load', method: 'GET', path },
    { name: 'resume', method: 'GET', path: `${path}/stream` },
    { name: 'resume finished', method: 'GET', path: `${path}/stream?have=x` },
    {
      name: 'go on',
      method: 'GET',
      path: `${path}/stream`,
      headers: { 'last-event-id': cursor },
    },
    { name: 'log', method: 'GET', path: `${path}/log?offset=-1` },
    { name: 'log live', method: 'GET', path: `${path}/log?live=sse&offset=-1` },
    { name: 'blob', method: 'GET', path: `${path}/blobs/${'a'.repeat(64)}` },
    { name: 'stop', method: 'POST', path: `${path}/stop`, body: '{}' },
    { name: 'delete', method: 'DELETE', path },
    { name: 'send', method: 'POST', path: '', body: body({}) },
    {
      name: 'send again',
      method: 'POST',
      path: '',
      headers: { 'idempotency-key': 'known', 'durable-attempt': '2' },
      body: body({}),
    },
    {
      name: 'send to the past',
      method: 'POST',
      path: '',
      body: body({ messages: undefined, message: messages[0] }),
    },
    {
      name: 'send nonsense',
      method: 'POST',
      path: '',
      body: body({ messages: 1 }),
    },
  ];
}

interface Refusal {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

async function tryOne(
  { api }: ChatApp,
  user: string,
  { method, path, headers, body }: Trespass,
): Promise<Refusal> {
  const response = await fetch(`${api}${path}`, {
    method,
    headers: {
      'x-user': user,
      'content-type': 'application/json',
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const { date: _, ...rest } = Object.fromEntries(response.headers);
  return {
    status: response.status,
    headers: rest,
    text: await response.text(),
  };
}

/** Alice's chat, with an answer that she alone may read. */
async function chatOfAlice(authorize: Authorize) {
  const stored: Promise<unknown>[] = [];
  const app = await startChatApp({
    streams: { url: streams.url },
    authorize,
    model: scriptedModel(scriptedText(SECRET)),
    waitUntil: (promise) => void stored.push(promise),
  });
  const owner = nextOwner();
  const id = `${owner}.chat`;
  const headers = { 'x-user': owner };
  let cursor = '';
  const alice = openTab(app.api, {
    id,
    transport: {
      headers,
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        cursor = `1.${response.headers.get('durable-run-id') ?? ''}`;
        return response;
      },
    },
  });
  await alice.chat.sendMessage({ text: 'Where is it?' });
  await Promise.all(stored);
  return { app, id, alice, cursor };
}

const authorizations: readonly [string, Authorize][] = [
  ['throws', owns],
  [
    'rejects',
    async (context) => {
      await Promise.resolve();
      return owns(context);
    },
  ],
  [
    'answers by itself',
    async (context) => {
      try {
        return await owns(context);
      } catch {
        return new Response('Nothing here.', { status: 404 });
      }
    },
  ],
  [
    'forgets to say who it is',
    (context) => {
      try {
        return owns(context);
      } catch {
        // CAST: what an app without types may do.
        return undefined as unknown as Response;
      }
    },
  ],
];

describe('a stranger', () => {
  it.each(authorizations)(
    '[A40] learns nothing on any route, where authorize %s',
    async (_, authorize) => {
      const { app, id, alice, cursor } = await chatOfAlice(authorize);
      const unknown = `${nextOwner()}.chat`;
      const before = streams.requests.length;
      const known = trespasses(id, cursor);
      const others = trespasses(unknown, cursor);
      for (const [index, trespass] of known.entries()) {
        const { name } = trespass;
        const refusal = await tryOne(app, 'mallory', trespass);
        const status = authorize === authorizations[2]?.[1] ? 404 : 403;
        expect.soft(refusal.status, name).toBe(status);
        expect.soft(refusal.text, name).not.toMatch(/oak|alice|mallory/);
        const other = others[index];
        expect
          .soft(other && (await tryOne(app, 'mallory', other)), name)
          .toEqual(refusal);
      }
      expect(streams.requests).toHaveLength(before);
      const { messages } = await alice.transport.load({ chatId: id });
      expect(messages).toEqual(plain(alice.chat.messages));
      expect(textOf(messages[1])).toBe(SECRET);
      await app.close();
    },
  );

  it('[A40] cannot stop, replace or delete what runs', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    const app = await startChatApp({
      streams: { url: streams.url },
      authorize: owns,
      model,
    });
    const owner = nextOwner();
    const id = `${owner}.chat`;
    const transport = { headers: { 'x-user': owner } };
    const alice = openTab(app.api, { id, transport });
    const sent = alice.chat.sendMessage({ text: 'Count.' });
    await until(alice, ({ messages }) => textOf(messages[1]).includes('three'));
    for (const trespass of trespasses(id, '0.made-1')) {
      const { status } = await tryOne(app, 'mallory', trespass);
      expect.soft(status, trespass.name).toBe(403);
    }
    middle.open();
    await sent;
    expect(textOf(alice.chat.messages[1])).toBe(NUMBERS);
    expect(alice.statuses).not.toContain('error');
    expect(model.calls).toHaveLength(1);
    await app.close();
  });

  it('[A40] is not let in by an id that means another to the store', async () => {
    const { app, id, cursor } = await chatOfAlice(owns);
    // Authorized as a chat of mallory's own, each must stay one.
    const tricks = [
      `mallory.%2e%2e%2f${id}`,
      `mallory./../${id}`,
      `mallory.\\..\\${id}`,
      `mallory.?x=/../../${id}`,
      `mallory.#/../../${id}`,
      `mallory.%2F..%2F${id}`,
    ];
    for (const trick of tricks) {
      for (const trespass of trespasses(trick, cursor)) {
        if (trespass.name.startsWith('send')) continue;
        const { text } = await tryOne(app, 'mallory', trespass);
        expect.soft(text, `${trespass.name} ${trick}`).not.toContain('oak');
      }
    }
    for (const { url } of streams.requests) {
      expect(new URL(url).pathname).toMatch(
        /^\/[^/]+\/(log|history|blobs\/(index|[0-9a-f]{64}))$/,
      );
    }
    await app.close();
  });
});
