import { randomUUID } from 'node:crypto';
import type { UIMessageChunk } from 'ai';
import type { Transport } from '../contenders/contender.js';
import type { AnswerPlan } from '../servers/answer-plan.js';

type Answer = ReadableStream<UIMessageChunk>;

/** Posts the first message of a chat. */
export function send(
  transport: Transport,
  plan: AnswerPlan,
  {
    chatId = randomUUID(),
    abortSignal,
  }: { chatId?: string; abortSignal?: AbortSignal } = {},
): Promise<Answer> {
  const parts = [{ type: 'text' as const, text: 'How late is it?' }];
  return transport.sendMessages({
    chatId,
    trigger: 'submit-message',
    messageId: undefined,
    abortSignal,
    messages: [{ id: randomUUID(), role: 'user', parts }],
    body: { plan },
  });
}

/** The running answer, as a page that was just opened gets it. */
export async function resume(
  transport: Transport,
  chatId: string,
): Promise<Answer> {
  const answer = await transport.reconnectToStream({ chatId });
  if (answer === null) throw new Error('There was nothing to resume.');
  return answer;
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
