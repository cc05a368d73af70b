import type { UIMessage } from 'ai';
import {
  DurableTransport,
  type DurableTransportOptions,
} from 'ai-durable-transport';
import type { StreamChunk } from '../../src/protocol/index.js';
import {
  scriptedFetch,
  type Exchange,
  type ScriptedFetch,
} from './scripted-fetch.js';

export interface ScriptedTransport extends ScriptedFetch {
  readonly transport: DurableTransport;
  readonly send: (signal?: AbortSignal) => Promise<ReadableStream<unknown>>;
  readonly resume: (
    signal?: AbortSignal,
  ) => Promise<ReadableStream<unknown> | null>;
}

const question: UIMessage = {
  id: 'q1',
  role: 'user',
  parts: [{ type: 'text', text: 'Hi' }],
};

/** A transport whose server is the test. */
export function scriptedTransport(
  options: DurableTransportOptions = {},
): ScriptedTransport {
  const scripted = scriptedFetch();
  const { fetch } = scripted;
  const transport = new DurableTransport({ api: '/chat', fetch, ...options });
  return {
    ...scripted,
    transport,
    send: (abortSignal) =>
      transport.sendMessages({
        trigger: 'submit-message',
        chatId: 'c1',
        messageId: undefined,
        messages: [question],
        abortSignal,
      }),
    resume: (abortSignal) =>
      transport.reconnectToStream({
        chatId: 'c1',
        ...(abortSignal && { abortSignal }),
      }),
  };
}

export const delta = (text: string): StreamChunk => ({
  type: 'text-delta',
  id: 't',
  delta: text,
});

export const START: StreamChunk = { type: 'start', messageId: 'a1' };

/** What was read of a stream: its deltas, or its chunks' types. */
export interface Reading {
  readonly texts: string[];
  /** Resolves with what the stream ended by; `undefined` for a good end. */
  readonly ended: Promise<unknown>;
}

export function readStream(stream: ReadableStream<unknown> | null): Reading {
  const texts: string[] = [];
  const read = async (): Promise<unknown> => {
    if (stream === null) return new Error('there is no stream');
    try {
      for await (const value of stream) texts.push(textOf(value));
      return undefined;
    } catch (error) {
      return error;
    }
  };
  return { texts, ended: read() };
}

function textOf(value: unknown): string {
  // CAST: only read from.
  const { type, delta: text } = value as StreamChunk;
  return typeof text === 'string' ? text : String(type);
}

/** The error that a promise is rejected with. */
export const rejectionOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => new Error('it was not rejected'),
    (error: unknown) => error,
  );

/** Answers with the last chunk of the run, of which `after` were before. */
export function finishRun(exchange: Exchange, after: number): void {
  exchange.open('r1');
  exchange.chunk(delta('three'), `${after + 1}.r1.0_9`);
  exchange.done();
  exchange.end();
}
