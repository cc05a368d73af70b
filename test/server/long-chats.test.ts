import type { UIMessage } from 'ai';
import { scriptedModel } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StreamsServer } from '../log/streams-server.js';
import { textOf } from '../support/chat-client.js';
import {
  keyOfTurn,
  leaveActiveRun,
  leaveLongChat,
} from '../support/long-chat.js';
import {
  bytesOf,
  meteredFetch,
  type MeteredRequest,
} from '../support/metered-fetch.js';
import { sequence } from '../support/sequence.js';
import { startInstances, type Instances } from '../support/start-instances.js';

const TURNS = [10, 100, 1_000];
const SAID = 'Still late.';

const nextChat = sequence('long');

let server: StreamsServer;
let streams: { readonly url: string };
let instances: Instances;
const meter = meteredFetch();
beforeAll(async () => {
  server = await StreamsServer.start('memory');
  streams = { url: `http://127.0.0.1:${server.port}` };
  instances = await startInstances({
    streams: { url: streams.url, fetch: meter.fetch },
    model: scriptedModel(() => [{ type: 'text', text: SAID, pieces: 2 }]),
    maxBodyBytes: 8 * 1_048_576,
  });
});
interface Chat {
  readonly id: string;
  readonly turns: number;
  readonly messages: readonly UIMessage[];
}

/** Built once: what is done to them comes in the order of the tests. */
const chats: Chat[] = [];
beforeAll(async () => {
  for (const turns of TURNS) {
    const id = nextChat();
    const options = { turns, tokens: 100 };
    const messages = await leaveLongChat(streams, id, options);
    chats.push({ id, turns, messages });
  }
}, 240_000);
afterAll(async () => {
  await instances[Symbol.asyncDispose]();
  await server.dispose();
});
interface Cost {
  readonly requests: readonly MeteredRequest[];
  readonly body: string;
}

const namesOf = ({ requests }: Cost): string[] =>
  requests.map(({ name }) => name);

/** What one request to the app costs, and what the app does after it. */
async function costOf(ask: () => Promise<string>): Promise<Cost> {
  meter.take();
  const body = await ask();
  await instances.one.settled();
  return { requests: meter.take(), body };
}

const open = (id: string): Promise<Cost> =>
  costOf(async () => (await fetch(`${instances.one.api}/${id}`)).text());

function send(
  id: string,
  posted: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Cost> {
  return costOf(async () => {
    const response = await fetch(instances.one.api, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ id, trigger: 'submit-message', ...posted }),
    });
    return response.text();
  });
}

/** An answer that never ends, up to where it is at the moment. */
function resume(id: string): Promise<Cost> {
  return costOf(async () => {
    const response = await fetch(`${instances.one.api}/${id}/stream`);
    let text = '';
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      if (text.includes('id: ')) break;
    }
    return text;
  });
}

const question = (id: string): UIMessage => ({
  id,
  role: 'user',
  parts: [{ type: 'text', text: 'And now?' }],
});

/** The same for each of the chats, the shortest first. */
async function forEachLength<T>(
  measure: (chat: Chat) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (const chat of chats) results.push(await measure(chat));
  return results;
}

/** As much for a chat of 10 turns as for one of 1,000, digits aside. */
function expectSame(sizes: readonly number[]): void {
  expect(sizes).toHaveLength(TURNS.length);
  expect(Math.min(...sizes)).toBeGreaterThan(0);
  expect(Math.max(...sizes)).toBeLessThan(Math.min(...sizes) * 1.25);
}

const sizesOf = (costs: readonly Cost[], name: string): number[] =>
  costs.map(({ requests }) => bytesOf(requests, name));

describe('opening a long chat', () => {
  it('takes two requests, and the bytes of its messages', async () => {
    const costs = await forEachLength(async ({ id, turns, messages }) => {
      const cost = await open(id);
      // CAST: the route's own answer.
      const loaded = JSON.parse(cost.body) as { messages: UIMessage[] };
      expect(loaded.messages).toEqual(messages);
      const size = JSON.stringify(messages).length;
      const read = bytesOf(cost.requests, 'GET history');
      // Of each turn the history has two messages, a run and a checkpoint.
      expect(read - size).toBeLessThan(turns * 1_100);
      expect(cost.body.length - size).toBeLessThan(150);
      expect(bytesOf(cost.requests, 'GET log')).toBeLessThan(3);
      return cost;
    });
    for (const cost of costs) {
      expect(namesOf(cost)).toEqual(['GET history', 'GET log']);
    }
  });

  it('costs the same whether its answers came in 1 token or in 500', async () => {
    const [one, many] = await Promise.all(
      [1, 500].map(async (tokens) => {
        const id = nextChat();
        await leaveLongChat(streams, id, { turns: 100, tokens });
        return id;
      }),
    );
    const costs = [await open(one ?? ''), await open(many ?? '')];
    const [first, second] = costs.map(({ requests }) =>
      requests.map(({ name, received }) => ({ name, received })),
    );
    expect(second).toEqual(first);
  });

  it('shows what a log without a history says', async () => {
    const id = nextChat();
    const options = { turns: 3, tokens: 30, hasHistory: false };
    const messages = await leaveLongChat(streams, id, options);
    expect((await instances.one.chat.load(id)).messages).toEqual(messages);
    await instances.one.settled();
  });
});

describe('a POST that is sent again', () => {
  it('reads the run that it started, and not all before it', async () => {
    const costs = await forEachLength(({ id, turns, messages }) =>
      send(
        id,
        { message: messages.at(-2) },
        { 'idempotency-key': keyOfTurn(turns) },
      ),
    );
    for (const { body } of costs) expect(body).toContain('[DONE]');
    expectSame(sizesOf(costs, 'GET log'));
  });
});

describe('sending in a long chat', () => {
  /** The run itself appends as often as time has it. */
  const withoutAppends = (cost: Cost): string[] =>
    namesOf(cost).filter((name) => name !== 'POST log');

  // After the run, the run is all that is read.
  const FRUGAL = ['GET history', 'GET log', 'GET log', 'POST history'];

  function expectSameBytes(costs: readonly Cost[]): void {
    for (const name of ['GET log', 'POST log', 'POST history']) {
      expectSame(sizesOf(costs, name));
    }
  }

  it('the newest message alone reads the history once, and writes one turn', async () => {
    const costs = await forEachLength(({ id }) =>
      send(id, { message: question('alone') }),
    );
    expect(costs.map(withoutAppends)).toEqual(TURNS.map(() => FRUGAL));
    expectSameBytes(costs);
  });

  it('all messages reads no more than the newest alone', async () => {
    const costs = await forEachLength(async ({ id }) => {
      const { messages } = await instances.one.chat.load(id);
      return send(id, { messages: [...messages, question('all')] });
    });
    expect(costs.map(withoutAppends)).toEqual(TURNS.map(() => FRUGAL));
    expectSameBytes(costs);
  });

  it('has left histories that lack nothing', async () => {
    const costs = await forEachLength(async ({ id, messages }) => {
      const cost = await open(id);
      // CAST: the route's own answer.
      const loaded = JSON.parse(cost.body) as { messages: UIMessage[] };
      expect(loaded.messages.slice(0, messages.length)).toEqual(messages);
      expect(loaded.messages.slice(messages.length).map(textOf)).toEqual([
        'And now?',
        SAID,
        'And now?',
        SAID,
      ]);
      return cost;
    });
    for (const cost of costs) {
      expect(namesOf(cost)).toEqual(['GET history', 'GET log']);
      expect(bytesOf(cost.requests, 'GET log')).toBeLessThan(3);
    }
  });
});

describe('resuming in a long chat', () => {
  it('takes three requests, and gives the page the active run alone', async () => {
    const costs = await forEachLength(async ({ id, turns }) => {
      await leaveActiveRun(streams, id, { turn: turns + 3, tokens: 100 });
      return resume(id);
    });
    for (const cost of costs) {
      expect(namesOf(cost)).toEqual([
        'GET history',
        'GET log',
        'GET follow log',
      ]);
    }
    expect(new Set(costs.map(({ body }) => body.length)).size).toBe(1);
    expectSame(sizesOf(costs, 'GET log'));
  });
});
