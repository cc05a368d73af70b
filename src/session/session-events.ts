import type { ChatInit, UIMessage } from 'ai';
import {
  isToolPart,
  messageParts,
  type ChunkValue,
  type DurableChatError,
  type StreamChunk,
} from '../protocol/index.js';
import type { EndedRun } from './run-watch.js';

/**
 * What a page is told of while it happens, as `useChat` tells it, of the runs
 * of all agents. Not of what was over when the page came.
 */
export type SessionCallbacks<UI_MESSAGE extends UIMessage = UIMessage> = Pick<
  ChatInit<UI_MESSAGE>,
  'onToolCall' | 'onData' | 'onFinish' | 'onError'
>;

/** Collects what a batch of records tells, and tells it once that is shown. */
export class SessionEvents {
  readonly #callbacks: SessionCallbacks;
  /** Tool calls that were told: a replay may bring them again. */
  readonly #called = new Set<string>();
  readonly #reasons = new Map<string, unknown>();
  /** By run, how many data parts were told: a snapshot brings all again. */
  readonly #dataTold = new Map<string, number>();
  #untold: ((messages: readonly UIMessage[]) => void)[] = [];

  constructor(callbacks: SessionCallbacks) {
    this.#callbacks = callbacks;
  }

  /** Chunks came; unless live, they may be over. */
  onChunks({ runId, messageId, chunks }: ChunkValue, isLive: boolean): void {
    for (const chunk of chunks) {
      if (chunk.type === 'tool-input-available') {
        this.#onCall(messageId, chunk, isLive);
      } else if (chunk.type === 'finish') {
        this.#reasons.set(runId, chunk['finishReason']);
      }
    }
    this.#onData(runId, chunks.filter(isData), isLive);
  }

  onEnd({ id, messageId, status, attempt, failure }: EndedRun): void {
    if (failure) this.onError(failure);
    const reason = this.#reasons.get(id);
    this.#reasons.delete(id);
    this.#dataTold.delete(id);
    if (attempt === 0) return;
    this.#untold.push((messages) => {
      const known = messages.find((one) => one.id === messageId);
      const message = known ?? { id: messageId, role: 'assistant', parts: [] };
      const end = {
        message,
        messages: [...messages],
        isAbort: status === 'stopped',
        isDisconnect: false,
        isError: failure !== undefined,
        finishReason: reason,
      };
      // CAST: the reason is what the run's own chunk said.
      this.#callbacks.onFinish?.(end as never);
    });
  }

  onError(error: DurableChatError): void {
    this.#untold.push(() => this.#callbacks.onError?.(error));
  }

  /** `messages`: as they are shown by now. */
  tell(messages: readonly UIMessage[]): void {
    const untold = this.#untold;
    this.#untold = [];
    for (const one of untold) {
      try {
        one(messages);
      } catch (error) {
        // The app's error: what is read of the session goes on all the same.
        // oxlint-disable-next-line no-console -- the AI SDK does so, too
        console.error(error);
      }
    }
  }

  /** Who comes late is told what the message has: transient data is past. */
  #onData(runId: string, data: readonly StreamChunk[], isLive: boolean): void {
    const told = this.#dataTold.get(runId) ?? 0;
    this.#dataTold.set(runId, isLive ? told + data.length : data.length);
    for (const [index, chunk] of data.entries()) {
      if (!isLive && (index < told || chunk['transient'])) continue;
      // CAST: a data chunk is its part.
      this.#untold.push(() => this.#callbacks.onData?.(chunk as never));
    }
  }

  /** Unless live it must still be open, for it may be long answered. */
  #onCall(messageId: string, chunk: StreamChunk, isLive: boolean): void {
    const { toolCallId, providerExecuted } = chunk;
    // Some models name the calls of every answer alike.
    const name = `${messageId}/${String(toolCallId)}`;
    if (providerExecuted === true || this.#called.has(name)) return;
    this.#called.add(name);
    this.#untold.push((messages) => {
      const message = messages.find(({ id }) => id === messageId);
      const isOpen =
        message &&
        messageParts(message).some(
          (part) =>
            isToolPart(part) &&
            part.toolCallId === toolCallId &&
            part['state'] === 'input-available',
        );
      if (!isLive && isOpen !== true) return;
      // CAST: the chunk is what the AI SDK gives to it, too.
      void this.#callbacks.onToolCall?.({ toolCall: chunk as never });
    });
  }
}

const isData = ({ type }: StreamChunk): boolean => type.startsWith('data-');
