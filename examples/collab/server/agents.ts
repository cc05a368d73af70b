import { convertToModelMessages, isStepCount, streamText } from 'ai';
import type { LanguageModel } from 'ai';
import type { AgentContext, AgentOptions } from 'ai-durable-transport/server';
import type { CollabMessage } from '../shared/collab-message.ts';
import { irisModel, ottoModel } from './models.ts';
import { tools } from './tools.ts';

type Agent = AgentOptions<CollabMessage>;

/** Hears everybody, and may deploy if somebody in the room says yes. */
const iris: Agent = {
  name: 'Iris',
  triggers: 'user-messages',
  respond: (context) => answer(context, irisModel),
};

/** Speaks up where something is asked, or where he is named. */
const otto: Agent = {
  name: 'Otto',
  // The same words always say the same: every instance is asked.
  triggers: (message) =>
    message.role === 'user' && /\?|\botto\b/i.test(textOf(message)),
  respond: (context) => answer(context, ottoModel),
};

export const agents = { iris, otto };

async function answer(
  { messages, abortSignal }: AgentContext<CollabMessage>,
  model: LanguageModel,
) {
  return streamText({
    model,
    tools,
    toolApproval: { deployPreview: 'user-approval' },
    messages: await convertToModelMessages(messages, {
      tools,
      // Another agent may still wait for an approval.
      ignoreIncompleteToolCalls: true,
    }),
    stopWhen: isStepCount(5),
    abortSignal,
  });
}

function textOf({ parts }: CollabMessage): string {
  return parts
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('\n');
}
