import { convertToModelMessages, streamText, type LanguageModel } from 'ai';
import {
  allowAnyone,
  createDurableChat,
  type DurableChat,
  type DurableChatOptions,
} from 'ai-durable-transport/server';
import { serve, type Served } from './serve.js';

export interface ChatAppOptions extends Partial<
  Omit<DurableChatOptions, 'streams'>
> {
  readonly streams: DurableChatOptions['streams'];
  /** Used by the default `respond`. */
  readonly model?: LanguageModel;
}

/** An app as our users write it, behind real HTTP. */
export interface ChatApp extends Served {
  readonly api: string;
  readonly chat: DurableChat;
}

export async function startChatApp({
  model,
  ...options
}: ChatAppOptions): Promise<ChatApp> {
  const chat = createDurableChat({
    authorize: allowAnyone(),
    ...(options.agents === undefined && {
      respond: async ({ messages, abortSignal }) => {
        if (model === undefined) throw new Error('no model was given');
        return streamText({
          model,
          messages: await convertToModelMessages(messages),
          abortSignal,
        });
      },
    }),
    ...options,
  });
  const served = await serve(chat.handle);
  return { ...served, chat, api: `${served.url}/api/chat` };
}
