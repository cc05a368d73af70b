import type { LanguageModel } from 'ai';
import type { AnswerPlan } from './answer-plan.js';
import { tokenSource } from './token-source.js';

type Model = Extract<LanguageModel, { specificationVersion: 'v4' }>;
type Part =
  Awaited<ReturnType<Model['doStream']>>['stream'] extends ReadableStream<
    infer P
  >
    ? P
    : never;

/** A model that says what the plan says. */
export function plannedModel(plan: AnswerPlan): Model {
  return {
    specificationVersion: 'v4',
    provider: 'bench',
    modelId: 'planned',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('This model only streams.')),
    doStream: async () => ({ stream: streamOf(say(plan)) }),
  };
}

function streamOf(parts: AsyncGenerator<Part, void>): ReadableStream<Part> {
  return new ReadableStream<Part>({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

async function* say(plan: AnswerPlan): AsyncGenerator<Part, void> {
  yield { type: 'stream-start', warnings: [] };
  yield { type: 'text-start', id: 'text' };
  const nextToken = tokenSource(plan);
  let delta = await nextToken();
  while (delta !== undefined) {
    yield { type: 'text-delta', id: 'text', delta };
    delta = await nextToken();
  }
  yield { type: 'text-end', id: 'text' };
  yield FINISH;
}

const FINISH: Part = {
  type: 'finish',
  finishReason: { unified: 'stop', raw: 'stop' },
  usage: {
    inputTokens: {
      total: 0,
      noCache: undefined,
      cacheRead: undefined,
      cacheWrite: undefined,
    },
    outputTokens: { total: 0, text: undefined, reasoning: undefined },
  },
};
