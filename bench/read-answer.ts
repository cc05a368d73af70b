import { randomUUID } from 'node:crypto';
import type { ChatTransport, UIMessage, UIMessageChunk } from 'ai';
import type { AnswerPlan } from './answer-plan.js';

type Answer = ReadableStream<UIMessageChunk>;

/** Posts the first message of a chat. */
export function send(
  transport: ChatTransport<UIMessage>,
  plan: AnswerPlan,
  chatId: string = randomUUID(),
): Promise<Answer> {
  const parts = [{ type: 'text' as const, text: 'How late is it?' }];
  return transport.sendMessages({
    chatId,
    trigger: 'submit-message',
    messageId: undefined,
    abortSignal: undefined,
    messages: [{ id: randomUUID(), role: 'user', parts }],
    body: { plan },
  });
}

/** Reads to the end, or until `onToken` says `false`. @returns all chunks read */
export async function readAnswer(
  answer: Answer,
  onToken: (delta: string) => boolean | void,
): Promise<number> {
  let chunks = 0;
  for await (const chunk of answer) {
    chunks += 1;
    if (chunk.type === 'error') throw new Error(chunk.errorText);
    if (chunk.type === 'text-delta' && onToken(chunk.delta) === false) break;
  }
  return chunks;
}
