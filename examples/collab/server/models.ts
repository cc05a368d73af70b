import { generateId } from 'ai';
import { scriptedModel, type ModelAction } from 'ai-durable-transport/testing';
import { chooseScript, type Role } from './scripts/choose-script.ts';
import { delayMs } from './settings.ts';

/**
 * Answers at the pace of a person who reads along, the same words each time: so
 * the demo needs no key. Any model of the AI SDK may stand here.
 */
const scripted = (role: Role) =>
  scriptedModel(({ prompt }) => {
    const { text, toolCall } = chooseScript(role, prompt);
    const actions: ModelAction[] = [{ type: 'text', text, delayMs }];
    if (toolCall !== undefined) {
      const pace = { toolCallId: generateId(), pieces: 8, delayMs };
      actions.push({ type: 'tool-call', ...toolCall, ...pace });
    }
    return actions;
  });

export const irisModel = scripted('iris');
export const ottoModel = scripted('otto');
