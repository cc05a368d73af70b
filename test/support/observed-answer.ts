import {
  convertToModelMessages,
  readUIMessageStream,
  stepCountIs,
  streamText,
  type LanguageModel,
  type ToolSet,
  type UIMessage,
  type UIMessageChunk,
} from 'ai';
import type { RespondContext, StreamResult } from 'ai-durable-transport/server';
import { plain } from './chat-client.js';

/** One run's chunks, before they go our way. */
export interface ObservedRun {
  readonly messageId: string;
  readonly base: UIMessage | undefined;
  readonly chunks: readonly UIMessageChunk[];
}

/** An app's answers, and what each of them is before it goes our way. */
export class ObservedAnswers {
  readonly #runs: ObservedRun[] = [];
  readonly #model: LanguageModel;
  readonly #tools: ToolSet;
  readonly #maxSteps: number;

  constructor(model: LanguageModel, tools: ToolSet, maxSteps: number) {
    this.#model = model;
    this.#tools = tools;
    this.#maxSteps = maxSteps;
  }

  readonly respond = async ({
    messages,
    messageId,
    abortSignal,
  }: RespondContext): Promise<StreamResult> => {
    const last = messages.at(-1);
    const base = last?.role === 'assistant' ? structuredClone(last) : undefined;
    const chunks: UIMessageChunk[] = [];
    this.#runs.push({ messageId, base, chunks });
    const tools = this.#tools;
    const result = streamText({
      model: this.#model,
      messages: await convertToModelMessages(messages, { tools }),
      tools,
      stopWhen: stepCountIs(this.#maxSteps),
      maxRetries: 0,
      onError: () => undefined,
      abortSignal,
    });
    return {
      toUIMessageStream: (options) =>
        result
          .toUIMessageStream({ ...options, sendSources: true })
          .pipeThrough(observing(chunks)),
    };
  };

  /** How many chunks the answers had. */
  get count(): number {
    return this.#runs.reduce((sum, { chunks }) => sum + chunks.length, 0);
  }

  get newest(): ObservedRun | undefined {
    return this.#runs.at(-1);
  }
}

/** The message that the AI SDK itself makes of a run's chunks. */
export async function messageOf({
  base,
  messageId,
  chunks,
}: ObservedRun): Promise<UIMessage> {
  const stream = new ReadableStream<UIMessageChunk>({
    start(controller) {
      // An error ends what a Chat shows, whatever the provider sends then.
      for (const chunk of chunks) {
        if (chunk.type === 'error') break;
        const isStart = chunk.type === 'start';
        controller.enqueue(isStart ? { ...chunk, messageId } : chunk);
      }
      controller.close();
    },
  });
  // Written into in place, as a Chat's message is: not every chunk that
  // changes it makes the stream yield it.
  const message: UIMessage = base
    ? structuredClone(base)
    : { id: messageId, role: 'assistant', parts: [] };
  for await (const _ of readUIMessageStream({ stream, message }));
  return plain(message);
}

function observing(
  chunks: UIMessageChunk[],
): TransformStream<UIMessageChunk, UIMessageChunk> {
  return new TransformStream({
    transform(chunk, controller) {
      chunks.push(structuredClone(chunk));
      controller.enqueue(chunk);
    },
  });
}
