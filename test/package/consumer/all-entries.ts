// What a project of a user may be like: compiled against the packed package by
// `npm run package:check`, under each TypeScript and each module resolution.
import { useChat } from '@ai-sdk/react';
import { createCollection } from '@tanstack/db';
import { convertToModelMessages, streamText, type UIMessage } from 'ai';
import {
  DurableChatError,
  DurableTransport,
  type Connection,
} from 'ai-durable-transport';
import { embeddedStreams } from 'ai-durable-transport/embedded';
import { useDurableChat, usePresence } from 'ai-durable-transport/react';
import { createDurableChat } from 'ai-durable-transport/server';
import { DurableSession } from 'ai-durable-transport/session';
import { messagesCollectionOptions } from 'ai-durable-transport/tanstack-db';
import { scriptedModel, scriptedText } from 'ai-durable-transport/testing';

type AppMessage = UIMessage<{ mood: string }, { weather: { degrees: number } }>;

const chat = createDurableChat<AppMessage>({
  streams: embeddedStreams({ dir: '.data' }),
  authorize: async ({ request, chatId, action }) => {
    const user: string | null = request.headers.get('x-user');
    if (user === null || chatId === action) throw new Error('no');
    return { id: user };
  },
  respond: async ({ messages, abortSignal }) => {
    const mood: string | undefined = messages[0]?.metadata?.mood;
    return streamText({
      model: scriptedModel(scriptedText(mood ?? 'well')),
      messages: await convertToModelMessages(messages),
      abortSignal,
    });
  },
  onFinish: ({ responseMessage }) => {
    const part = responseMessage?.parts[0];
    if (part?.type === 'data-weather') part.data.degrees.toFixed();
  },
});

export const GET: (request: Request) => Promise<Response> = chat.GET;

export async function load(): Promise<AppMessage[]> {
  return (await chat.load('c1')).messages;
}

export function usePage(): string {
  const transport = new DurableTransport<AppMessage>({ api: '/api/chat' });
  const connection: Connection = transport.connection;
  const { messages, sendMessage } = useChat({ transport, resume: true });
  void sendMessage({ text: 'Hello' });
  // @ts-expect-error There is no such option.
  void new DurableTransport({ apiUrl: '/api/chat' });
  return `${connection.getSnapshot()} ${messages[0]?.metadata?.mood}`;
}

export function useRoom(): number {
  const { session, messages } = useDurableChat<AppMessage>({ id: 'c1' });
  return usePresence(session).length + messages.length;
}

export function collect(error: unknown): boolean {
  const session = new DurableSession<AppMessage>({
    api: '/api/chat',
    chatId: 'c1',
  });
  createCollection(messagesCollectionOptions({ session }));
  return error instanceof DurableChatError && error.code === 'log-lost';
}
