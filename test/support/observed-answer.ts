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

interface Run {
  readonly messageId: string;
  readonly base: UIMessage | undefined;
  readonly chunks: UIMessageChunk[];
}

/** An app's answers, and what each of them is before it goes our way. */
export class ObservedAnswers {
  readonly #runs: Run[] = [];
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
    const run: Run = { messageId, base, chunks: [] };
    this.#runs.push(run);
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
          .pipeThrough(observing(run.chunks)),
    };
  };

  /** How many chunks the answers had. */
  get count(): number {
    return this.#runs.reduce((sum, { chunks }) => sum + chunks.length, 0);
  }

  /** The message that the AI SDK itself makes of the last run's chunks. */
  async message(): Promise<UIMessage | undefined> {
    const run = this.#runs.at(-1);
    if (run === undefined) return undefined;
    const { base, messageId, chunks } = run;
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
    let message = base;
    const states = readUIMessageStream({
      stream,
      ...(base && { message: base }),
    });
    for await (const state of states) message = state;
    return message === undefined ? undefined : plain(message);
  }
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
