import { convertToModelMessages, streamText } from 'ai';
import {
  allowAnyone,
  createDurableChat,
  type DurableChatOptions,
  type RespondContext,
} from 'ai-durable-transport/server';
import { scriptedModel, type ModelAction } from 'ai-durable-transport/testing';
import { FLOOD_PIECE, type Direction } from './direction.js';
import { runtimeName } from './runtime-name.js';

export interface AppSettings {
  readonly streamsUrl: string;
  /** Where the test that directs this app can be asked and told. */
  readonly directorUrl: string;
  readonly waitUntil?: DurableChatOptions['waitUntil'];
  /** Default `/api`. */
  readonly root?: string;
}

/** Short, so that a test can wait until a server is presumed dead. */
const LEASE_MS = 1_500;

/**
 * The app that every runtime runs: what an app of our users is made of, and
 * nothing that one runtime has and another has not. `/api/chat` is a chat, and
 * `/api/strict` one that begins no answer which it cannot store.
 */
export function chatApp(
  settings: AppSettings,
): (request: Request) => Promise<Response> {
  const { root = '/api' } = settings;
  const chat = chatAt(settings, { basePath: `${root}/chat` });
  const strict = chatAt(settings, {
    basePath: `${root}/strict`,
    durability: 'required',
  });
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === `${root}/runtime`) return new Response(runtimeName());
    const isStrict = pathname.startsWith(`${root}/strict`);
    return isStrict ? strict.handle(request) : chat.handle(request);
  };
}

function chatAt(
  { streamsUrl, directorUrl, waitUntil }: AppSettings,
  options: Pick<DurableChatOptions, 'basePath' | 'durability'>,
) {
  const ask = async (what: string, chatId: string): Promise<void> => {
    const response = await fetch(`${directorUrl}/${what}/${chatId}`);
    await response.text();
  };
  return createDurableChat({
    ...options,
    streams: { url: streamsUrl },
    leaseMs: LEASE_MS,
    waitUntil,
    authorize: allowAnyone(),
    respond: async (context) => {
      const { chatId, messages, abortSignal } = context;
      abortSignal.addEventListener('abort', () => {
        void ask('aborted', chatId).catch(() => undefined);
      });
      return streamText({
        model: scriptedModel(scriptOf(context, () => ask('gate', chatId))),
        messages: await convertToModelMessages(messages),
        abortSignal,
      });
    },
    onFinish: ({ chatId, status }) => ask(status, chatId),
    onError: () => undefined,
  });
}

function scriptOf(
  { body }: RespondContext,
  until: () => Promise<void>,
): ModelAction[] {
  // CAST: the tests of this folder are the only ones who post.
  const directions = (body['script'] ?? []) as readonly Direction[];
  return directions.map((direction) => {
    switch (direction.type) {
      case 'gate':
        return { type: 'wait', until };
      case 'flood': {
        const text = Array.from(
          { length: direction.pieces },
          () => FLOOD_PIECE,
        );
        return { type: 'text', text, delayMs: 1 };
      }
      default:
        return direction;
    }
  });
}
