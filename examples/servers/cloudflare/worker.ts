import { createOpenAI } from '@ai-sdk/openai';
import { convertToModelMessages, streamText } from 'ai';
import { createDurableChat } from 'ai-durable-transport/server';
import { userOf } from '../user-of.js';

interface Bindings {
  readonly STREAMS_URL: string;
  readonly OPENAI_API_KEY: string;
  readonly OPENAI_BASE_URL?: string;
}

interface Execution {
  waitUntil(promise: Promise<unknown>): void;
}

function answer(
  request: Request,
  { STREAMS_URL, OPENAI_API_KEY, OPENAI_BASE_URL }: Bindings,
  execution: Execution,
): Promise<Response> {
  const openai = createOpenAI({
    apiKey: OPENAI_API_KEY,
    ...(OPENAI_BASE_URL && { baseURL: OPENAI_BASE_URL }),
  });
  // One for each request: `waitUntil` is that of this very request.
  const chat = createDurableChat({
    streams: { url: STREAMS_URL },
    // Without it a Worker ends with its reader, and the answer with it.
    waitUntil: (promise) => execution.waitUntil(promise),
    authorize: ({ request: asked }) =>
      userOf(asked) ?? new Response('Sign in first.', { status: 401 }),
    history: 'server',
    respond: async ({ messages, abortSignal }) =>
      streamText({
        model: openai('gpt-5'),
        messages: await convertToModelMessages(messages),
        abortSignal,
      }),
  });
  return chat.handle(request);
}

export default { fetch: answer };
