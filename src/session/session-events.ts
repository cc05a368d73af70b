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
  readonly #called = new Set<unknown>();
  readonly #reasons = new Map<string, unknown>();
  #untold: ((messages: readonly UIMessage[]) => void)[] = [];

  constructor(callbacks: SessionCallbacks) {
    this.#callbacks = callbacks;
  }

  /** Chunks came; unless live, they may be over. */
  onChunks({ runId, messageId, chunks }: ChunkValue, isLive: boolean): void {
    for (const chunk of chunks) {
      if (chunk.type === 'tool-input-available') {
        this.#onCall(chunk, isLive ? undefined : messageId);
      } else if (chunk.type === 'finish') {
        this.#reasons.set(runId, chunk['finishReason']);
      } else if (isLive && chunk.type.startsWith('data-')) {
        // CAST: a data chunk is its part.
        this.#untold.push(() => this.#callbacks.onData?.(chunk as never));
      }
    }
  }

  onEnd({ id, messageId, status, attempt }: EndedRun): void {
    const reason = this.#reasons.get(id);
    this.#reasons.delete(id);
    if (attempt === 0) return;
    this.#untold.push((messages) => {
      const known = messages.find((one) => one.id === messageId);
      const message = known ?? { id: messageId, role: 'assistant', parts: [] };
      const end = {
        message,
        messages: [...messages],
        isAbort: status === 'stopped',
        isDisconnect: false,
        isError: status === 'failed' || status === 'interrupted',
        ...(reason !== undefined && { finishReason: reason }),
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
    for (const one of untold) one(messages);
  }

  /** `messageId`: where it must still be open, for it may be long answered. */
  #onCall(chunk: StreamChunk, messageId: string | undefined): void {
    const { toolCallId, providerExecuted } = chunk;
    if (providerExecuted === true || this.#called.has(toolCallId)) return;
    this.#called.add(toolCallId);
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
      if (messageId !== undefined && isOpen !== true) return;
      // CAST: the chunk is what the AI SDK gives to it, too.
      void this.#callbacks.onToolCall?.({ toolCall: chunk as never });
    });
  }
}
