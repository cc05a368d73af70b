import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { LanguageModel } from 'ai';
import type { AnswerPlan } from './answer-plan.js';
import { sharedClock } from './shared-clock.js';

type Model = Extract<LanguageModel, { specificationVersion: 'v4' }>;
type Part =
  Awaited<ReturnType<Model['doStream']>>['stream'] extends ReadableStream<
    infer P
  >
    ? P
    : never;

/** How many tokens come out of one read of a provider's socket at full speed. */
const BURST = 10;

/** A model whose every token is the time at which it was said. */
export function plannedModel(plan: AnswerPlan): Model {
  return {
    specificationVersion: 'v4',
    provider: 'bench',
    modelId: 'planned',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('This model only streams.')),
    doStream: async ({ abortSignal }) => ({
      stream: streamOf(say(plan, abortSignal)),
    }),
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

async function* say(
  { tokens, everyMs, hold = false }: AnswerPlan,
  signal: AbortSignal | undefined,
): AsyncGenerator<Part, void> {
  yield { type: 'stream-start', warnings: [] };
  yield { type: 'text-start', id: 'text' };
  const begin = sharedClock();
  for (let token = 0; token < tokens; token += 1) {
    // By the clock, so that a late timer does not slow the model down.
    const wait = begin + token * everyMs - sharedClock();
    if (wait > 0) await sleep(wait);
    else if (token % BURST === BURST - 1) await setImmediate();
    yield { type: 'text-delta', id: 'text', delta: `${sharedClock()} ` };
  }
  if (hold) await aborted(signal);
  yield { type: 'text-end', id: 'text' };
  yield FINISH;
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
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
