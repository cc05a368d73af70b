import {
  allowAnyone,
  createDurableChat,
  type DurableChat,
  type DurableChatOptions,
} from 'ai-durable-transport/server';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import type { StreamChunk } from '../../src/protocol/index.js';
import { gate, type Gate } from '../support/gate.js';

/** An app that is asked without a network; its streams server is a real one. */
export interface InProcessApp extends AsyncDisposable {
  readonly chat: DurableChat;
  readonly streams: TestStreams;
  /** Says something in every answer that is under way. */
  say(text: string): void;
  /** Ends the answers. */
  readonly end: Gate;
  /** What went wrong, as `onError` was told. */
  readonly errors: readonly unknown[];
  get(path: string, headers?: Readonly<Record<string, string>>): Request;
  post(body: object): Request;
  /** Resolves when what goes on in the background is done. */
  settled(): Promise<void>;
}

const BASE = 'http://app.test/api/chat';

export async function openInProcessApp(
  options: Partial<DurableChatOptions> = {},
): Promise<InProcessApp> {
  const streams = await startStreams();
  const end = gate();
  const errors: unknown[] = [];
  const stored: Promise<unknown>[] = [];
  const answers = new Set<ReadableStreamDefaultController<StreamChunk>>();
  const chat = createDurableChat({
    streams,
    authorize: allowAnyone(),
    respond: ({ abortSignal }) =>
      new ReadableStream<StreamChunk>({
        start(controller) {
          const leave = (): void => {
            if (answers.delete(controller)) controller.close();
          };
          answers.add(controller);
          controller.enqueue({ type: 'start' });
          controller.enqueue({ type: 'text-start', id: 't' });
          void end.opened.then(leave);
          abortSignal.addEventListener('abort', leave);
        },
      }),
    onError: (error) => void errors.push(error),
    waitUntil: (promise) => void stored.push(promise),
    ...options,
  });
  return {
    chat,
    streams,
    end,
    errors,
    say(text) {
      const delta: StreamChunk = { type: 'text-delta', id: 't', delta: text };
      for (const answer of answers) answer.enqueue(delta);
    },
    get: (path, headers = {}) => new Request(`${BASE}${path}`, { headers }),
    post: (body) =>
      new Request(BASE, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    async settled() {
      await Promise.all(stored);
    },
    async [Symbol.asyncDispose]() {
      end.open();
      await Promise.all(stored);
      await streams.stop();
    },
  };
}

/** A user's message, as a POST of the AI SDK holds it. */
export function question(text = 'Hi', id = `q-${text}`) {
  return { id, role: 'user', parts: [{ type: 'text', text }] };
}
