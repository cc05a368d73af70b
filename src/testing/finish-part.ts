import type { ModelAction, ModelStreamPart } from './model-script.js';

/** The last part of a model's stream. */
export function finishPart({
  reason = 'stop',
  usage = {},
}: Omit<Extract<ModelAction, { type: 'finish' }>, 'type'>): ModelStreamPart {
  const { inputTokens = 0, outputTokens = 0 } = usage;
  return {
    type: 'finish',
    finishReason: { unified: reason, raw: reason },
    usage: {
      inputTokens: {
        total: inputTokens,
        noCache: undefined,
        cacheRead: undefined,
        cacheWrite: undefined,
      },
      outputTokens: {
        total: outputTokens,
        text: undefined,
        reasoning: undefined,
      },
    },
  };
}
