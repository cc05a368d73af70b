import {
  convertToModelMessages,
  createUIMessageStreamResponse,
  streamText,
  type UIMessage,
} from 'ai';
import { answerPlanOf } from './answer-plan.js';
import type { Handler } from './http-adapter.js';
import { plannedModel } from './planned-model.js';

/** The route as the AI SDK's own docs write it. */
export const plainHandler: Handler = async (request) => {
  // CAST: only our own client posts here.
  const body = (await request.json()) as { messages: UIMessage[] };
  const result = streamText({
    model: plannedModel(answerPlanOf(body)),
    messages: await convertToModelMessages(body.messages),
  });
  return createUIMessageStreamResponse({ stream: result.toUIMessageStream() });
};
