import { foldParts } from './fold-parts.js';
import type {
  CallScript,
  LanguageModelV3,
  ModelScript,
} from './model-script.js';
import { realSleep } from './real-sleep.js';
import { ScriptedCall, type ModelCall } from './scripted-call.js';

/** A language model for `streamText` and `generateText` of `ai` v6 and v7. */
export type ScriptedModel = LanguageModelV3 & {
  /** Every call so far, in order. */
  readonly calls: readonly ModelCall[];
  /** Resolves once call number `index` (from 0, the default) has begun. */
  called(index?: number): Promise<ModelCall>;
};

export interface ScriptedModelOptions {
  /** Default `scripted`. */
  readonly modelId?: string;
  /**
   * How the model waits. Must reject when the signal aborts. Default: real
   * timers; `clock.sleep` of a {@link fixedClock} makes time a test's own.
   */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/**
 * A language model that plays a script: no key, no cost, the same answer every
 * time. It honours the abort signal as providers do, and keeps its calls.
 *
 * @example
 * const model = scriptedModel([
 *   [{ type: 'tool-call', toolName: 'weather', input: { city: 'Oslo' } }],
 *   scriptedText('It is raining in Oslo.', { delayMs: 20 }),
 * ])
 * const result = streamText({ model, prompt: 'Weather?', tools, … })
 */
export function scriptedModel(
  script: ModelScript,
  options: ScriptedModelOptions = {},
): ScriptedModel {
  const { modelId = 'scripted', sleep = realSleep } = options;
  const calls: ScriptedCall[] = [];
  const waiting = new Set<() => void>();
  const doStream: LanguageModelV3['doStream'] = async (callOptions) => {
    const call = new ScriptedCall(calls.length, callOptions);
    calls.push(call);
    for (const look of waiting) look();
    const actions = await call.begin(() => scriptOf(script, call));
    return { stream: call.stream(actions, { modelId, sleep }) };
  };
  const called = (index = 0): Promise<ModelCall> =>
    new Promise((resolve) => {
      const look = (): void => {
        const call = calls[index];
        if (call === undefined) return;
        waiting.delete(look);
        resolve(call);
      };
      waiting.add(look);
      look();
    });
  return {
    // What v6 calls its own and v7 takes as well.
    specificationVersion: 'v3',
    provider: 'ai-durable-transport',
    modelId,
    supportedUrls: {},
    doStream,
    doGenerate: async (callOptions) =>
      foldParts((await doStream(callOptions)).stream),
    calls,
    called,
  };
}

async function scriptOf(
  script: ModelScript,
  call: ModelCall,
): Promise<CallScript> {
  if (typeof script === 'function') return script(call);
  if (!isOneForEachCall(script)) return script;
  const actions = script[call.index];
  if (actions !== undefined) return actions;
  throw new Error(
    `The model was called ${call.index + 1} times, ` +
      `but its script has only ${script.length} calls.`,
  );
}

function isOneForEachCall(
  script: CallScript | readonly CallScript[],
): script is readonly CallScript[] {
  return Array.isArray(script[0]);
}
