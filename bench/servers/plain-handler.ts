import {
  convertToModelMessages,
  createUIMessageStreamResponse,
  streamText,
} from 'ai';
import { readChatRequest, type ChatRequest } from './chat-request.js';
import type { Handler } from './http-adapter.js';
import { plannedChunks } from './planned-chunks.js';
import { plannedModel } from './planned-model.js';

/** The route as the AI SDK's own docs write it. */
export const plainHandler: Handler = async (request) => {
  const asked = await readChatRequest(request);
  if (asked.plan.source === 'chunks') {
    const stream = plannedChunks(asked.plan);
    return createUIMessageStreamResponse({ stream });
  }
  const result = await startModel(asked);
  return createUIMessageStreamResponse({ stream: result.toUIMessageStream() });
};

export async function startModel({
  plan,
  messages,
}: ChatRequest): Promise<ReturnType<typeof streamText>> {
  return streamText({
    model: plannedModel(plan),
    messages: await convertToModelMessages(messages),
  });
}
