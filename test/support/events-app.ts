import {
  allowAnyone,
  createDurableChat,
  type DurableChat,
  type DurableChatOptions,
  type EventsOptions,
  type RouteHandler,
} from 'ai-durable-transport/server';
import type { Gate } from './gate.js';
import { serve, type Served } from './serve.js';

export interface EventsAppOptions extends Partial<
  Omit<DurableChatOptions, 'streams'>
> {
  readonly streams: DurableChatOptions['streams'];
  readonly handler: RouteHandler;
  readonly chatId?: EventsOptions['chatId'];
}

/** An app whose own handler answers in a protocol of its own. */
export interface EventsApp extends Served, AsyncDisposable {
  readonly api: string;
  readonly chat: DurableChat;
  /** Resolves when what the app does in the background is done. */
  settled(): Promise<void>;
}

export async function startEventsApp({
  handler,
  chatId,
  ...options
}: EventsAppOptions): Promise<EventsApp> {
  const background: Promise<unknown>[] = [];
  const chat = createDurableChat({
    authorize: allowAnyone(),
    waitUntil: (promise) => void background.push(promise),
    ...options,
  });
  const served = await serve(chat.wrap(handler, { format: 'events', chatId }));
  return {
    ...served,
    chat,
    api: `${served.url}/api/chat`,
    async settled() {
      await Promise.all(background);
    },
    [Symbol.asyncDispose]: () => served.close(),
  };
}

/**
 * A response with these frames, as a server of any protocol writes them. It
 * waits where a gate stands, and ends when the signal fires.
 */
export function eventsResponse(
  frames: readonly (string | Gate)[],
  signal?: AbortSignal,
): Response {
  const encoder = new TextEncoder();
  const rest = [...frames];
  const aborted = new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      let frame = rest.shift();
      while (typeof frame === 'object') {
        await Promise.race([frame.opened, aborted]);
        frame = rest.shift();
      }
      const isOver = frame === undefined || signal?.aborted === true;
      if (isOver) controller.close();
      else controller.enqueue(encoder.encode(frame));
    },
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  });
}

/** What several protocols send, and what is hard to keep. */
export const FRAMES = [
  'data: {"type":"RUN_STARTED","runId":"r","threadId":"t"}\n\n',
  'data: {"type":"text-delta","id":"t","delta":"not the AI SDK\'s"}\n\n',
  ': a comment\n\n',
  'data: {"choices":[{"delta":{"content":"é☕👩‍🚀𝄞"}}]}\n\n',
  'event: ping\ndata: {"n": 1.0, "n": 2}\n\n',
  'id: 7\ndata: two\ndata: lines\n\n',
  'data: {"__proto__":{"a":1},"2":"b","1":"a"}\n\n',
  'data: plain text with "quotes" and \\ backslash\n\n',
  'data: \n\n',
  'data: {"type":"error","errorText":"a word of the source"}\n\n',
  'data: {"type":"abort"}\n\n',
  'data: [DONE]\n\n',
  'data: {"after":"done"}\n\n',
] as const;

/** What is to come of frames: without comments and the source's own ids. */
export const keptOf = (frames: readonly string[]): string =>
  frames
    .filter((frame) => !frame.startsWith(':'))
    .join('')
    .replace('id: 7\n', '');

export const KEPT = keptOf(FRAMES);
export const HALF = FRAMES.slice(0, 6);
export const REST = FRAMES.slice(6);
