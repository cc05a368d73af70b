import type { UIMessageChunk } from 'ai';
import type { AnswerPlan } from './answer-plan.js';
import { tokenSource } from './token-source.js';

const OPENING: readonly UIMessageChunk[] = [
  { type: 'start' },
  { type: 'start-step' },
  { type: 'text-start', id: 'text' },
];
const CLOSING: readonly UIMessageChunk[] = [
  { type: 'text-end', id: 'text' },
  { type: 'finish-step' },
  { type: 'finish' },
];

/** The plan as `streamText` would give it, without its work. */
export function plannedChunks(
  plan: AnswerPlan,
): ReadableStream<UIMessageChunk> {
  const nextToken = tokenSource(plan);
  return new ReadableStream<UIMessageChunk>({
    start(controller) {
      for (const chunk of OPENING) controller.enqueue(chunk);
    },
    async pull(controller) {
      const delta = await nextToken();
      if (delta !== undefined) {
        controller.enqueue({ type: 'text-delta', id: 'text', delta });
        return;
      }
      for (const chunk of CLOSING) controller.enqueue(chunk);
      controller.close();
    },
  });
}
