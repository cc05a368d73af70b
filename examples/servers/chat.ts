/** The chat, the same under every framework of this folder. */
import { openai } from '@ai-sdk/openai';
import { convertToModelMessages, streamText } from 'ai';
import { embeddedStreams } from 'ai-durable-transport/embedded';
import { createDurableChat } from 'ai-durable-transport/server';
import { userOf } from './user-of.js';

const { STREAMS_URL } = process.env;

export const chat = createDurableChat({
  // Files beside the app, for one machine; for more, a streams server.
  streams:
    STREAMS_URL === undefined
      ? embeddedStreams({ dir: '.data/chats' })
      : { url: STREAMS_URL },
  authorize: ({ request }) =>
    userOf(request) ?? new Response('Sign in first.', { status: 401 }),
  history: 'server',
  respond: async ({ messages, abortSignal }) =>
    streamText({
      model: openai('gpt-5'),
      messages: await convertToModelMessages(messages),
      abortSignal,
    }),
});
