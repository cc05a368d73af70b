import { generateId } from 'ai';
import { scriptedModel, type ModelAction } from 'ai-durable-transport/testing';
import { delayMs } from '@/lib/delay-ms';
import { chooseScript } from '@/lib/script/choose-script';
import type { Script } from '@/lib/script/script';

/**
 * Answers at the pace of a person who reads along, the same words each time:
 * so the demo needs no key, and a test knows what to expect.
 */
export const demoModel = scriptedModel(({ prompt }) =>
  play(chooseScript(prompt)),
);

function play({ reasoning, text, toolCall }: Script): ModelAction[] {
  const actions: ModelAction[] = [{ type: 'text', text, delayMs }];
  if (reasoning !== undefined) {
    actions.unshift({ type: 'reasoning', text: reasoning, delayMs });
  }
  if (toolCall !== undefined) {
    const toolCallId = generateId();
    const pace = { toolCallId, pieces: 8, delayMs };
    actions.push({ type: 'tool-call', ...toolCall, ...pace });
  }
  return actions;
}
