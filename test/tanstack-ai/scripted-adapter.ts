import { EventType, type AnyTextAdapter, type StreamChunk } from '@tanstack/ai';

export type Word = string | { readonly until: Promise<void> };

export interface ScriptedAdapter extends AnyTextAdapter {
  /** Of each call: whether it was aborted by now. */
  readonly aborted: readonly boolean[];
}

/** A model of TanStack AI that says these words, and waits where it is to. */
export function scriptedAdapter(words: readonly Word[]): ScriptedAdapter {
  const signals: (AbortSignal | undefined)[] = [];
  return {
    kind: 'text',
    name: 'scripted',
    model: 'script',
    // Of no use but to the compiler.
    '~types': {
      providerOptions: undefined,
      inputModalities: undefined,
      messageMetadataByModality: undefined,
      toolCapabilities: undefined,
      toolCallMetadata: undefined,
      systemPromptMetadata: undefined,
    },
    get aborted() {
      return signals.map((signal) => signal?.aborted === true);
    },
    structuredOutput: () => Promise.reject(new Error('not scripted')),
    async *chatStream({ threadId, runId, request, abortController }) {
      const signal = abortController?.signal ?? request?.signal ?? undefined;
      signals.push(signal);
      const ids = { threadId: threadId ?? 't', runId: runId ?? 'r' };
      const messageId = `answer-${signals.length}`;
      yield { type: EventType.RUN_STARTED, ...ids };
      yield {
        type: EventType.TEXT_MESSAGE_START,
        messageId,
        role: 'assistant',
      };
      for (const word of words) {
        if (typeof word === 'string') {
          const delta = word;
          yield { type: EventType.TEXT_MESSAGE_CONTENT, messageId, delta };
        } else {
          await Promise.race([word.until, aborted(signal)]);
          if (signal?.aborted === true) return;
        }
      }
      yield { type: EventType.TEXT_MESSAGE_END, messageId };
      yield { type: EventType.RUN_FINISHED, ...ids } satisfies StreamChunk;
    },
  };
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
