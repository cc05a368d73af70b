import type { UIMessage } from 'ai';
import { answerPlanOf, type AnswerPlan } from './answer-plan.js';

export interface ChatRequest {
  readonly id: string;
  readonly messages: UIMessage[];
  readonly plan: AnswerPlan;
}

/** What the AI SDK's transports post. */
export async function readChatRequest(request: Request): Promise<ChatRequest> {
  // CAST: only our own client posts here.
  const body = (await request.json()) as ChatRequest;
  return { ...body, plan: answerPlanOf(body) };
}
