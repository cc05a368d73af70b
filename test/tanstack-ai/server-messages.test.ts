import {
  chat,
  chatParamsFromRequest,
  toServerSentEventsResponse,
} from '@tanstack/ai';
import {
  ChatClient,
  fetchServerSentEvents,
  generateMessageId,
  normalizeToUIMessage,
  type UIMessage,
} from '@tanstack/ai-client';
import { durableFetch } from 'ai-durable-transport';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEventsApp, type EventsApp } from '../support/events-app.js';
import { gate, type Gate } from '../support/gate.js';
import { untilLog } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { scriptedAdapter } from './scripted-adapter.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextThread = sequence('hydrated');

/** The guide's: a handler that has the messages in a database of its own. */
async function startApp(middle: Gate): Promise<EventsApp> {
  const database = new Map<string, unknown>();
  const adapter = scriptedAdapter(['One ', { until: middle.opened }, 'two.']);
  const app: EventsApp = await startEventsApp({
    streams,
    handler: async (request) => {
      if (request.method === 'POST') {
        const { messages, threadId, runId } =
          await chatParamsFromRequest(request);
        // Its client wants them with their parts back.
        const shown = messages.map((message) =>
          normalizeToUIMessage(message, generateMessageId),
        );
        database.set(threadId, shown);
        return toServerSentEventsResponse(
          chat({ adapter, messages, threadId, runId }),
        );
      }
      const threadId = new URL(request.url).searchParams.get('threadId') ?? '';
      const { activeRunId } = await app.chat.load(threadId);
      return Response.json({
        messages: database.get(threadId),
        activeRun: activeRunId === null ? null : { runId: activeRunId },
      });
    },
  });
  return app;
}

const textsOf = (client: ChatClient): string[] =>
  client
    .getMessages()
    .map(({ parts }: UIMessage) =>
      parts.map((part) => (part.type === 'text' ? part.content : '')).join(''),
    );

const until = (isSo: () => boolean): Promise<unknown> =>
  vi.waitUntil(isSo, { timeout: 20_000 });

describe('TanStack AI with its messages on the server', () => {
  it('shows on another device what was asked, and the answer that is under way', async () => {
    const threadId = nextThread();
    const middle = gate();
    await using app = await startApp(middle);
    const open = (): ChatClient => {
      const fetchClient = durableFetch({ api: app.api, chatId: threadId });
      const connection = fetchServerSentEvents(app.api, { fetchClient });
      return new ChatClient({ threadId, connection, persistence: true });
    };
    const sender = open();
    const sent = sender.sendMessage('Count!');
    await untilLog(streams, threadId, (log) =>
      JSON.stringify(log).includes('One '),
    );
    const other = open();
    other.attach();
    await until(() => textsOf(other)[1] === 'One ');
    middle.open();
    await sent;
    await until(() => other.getStatus() === 'ready');
    expect(textsOf(other)).toEqual(['Count!', 'One two.']);
    expect(textsOf(sender)).toEqual(textsOf(other));
    other.detach();
  });

  it('works as before where its client is not under durableFetch', async () => {
    const threadId = nextThread();
    const middle = gate();
    middle.open();
    await using app = await startApp(middle);
    const connection = fetchServerSentEvents(app.api);
    const client = new ChatClient({ threadId, connection });
    const types: string[] = [];
    client.updateOptions({ onChunk: ({ type }) => void types.push(type) });
    await client.sendMessage('Count!');
    expect(textsOf(client)).toEqual(['Count!', 'One two.']);
    expect(client.getStatus()).toBe('ready');
    expect(types.filter((type) => type === 'RUN_FINISHED')).toHaveLength(1);
  });
});
