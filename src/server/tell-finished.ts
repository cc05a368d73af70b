import type { UIMessage } from 'ai';
import type { RunStatus, StreamChunk } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import type { RunPlan } from '../log/index.js';

export interface FinishedRun {
  readonly plan: RunPlan;
  readonly messageId: string;
  readonly status: Exclude<RunStatus, 'active'>;
  readonly base: UIMessage | undefined;
  readonly chunks: readonly StreamChunk[];
}

/** Calls the app's `onFinish` with the message that the run made. */
export async function tellFinished(
  { options: { onFinish }, fold }: ChatContext,
  { plan, messageId, status, base, chunks }: FinishedRun,
): Promise<void> {
  if (onFinish === undefined) return;
  const responseMessage = await fold(base, chunks);
  const earlier = plan.messages.filter(({ id }) => id !== messageId);
  await onFinish({
    chatId: plan.chatId,
    runId: plan.value.id,
    messageId,
    status,
    responseMessage,
    messages: [...earlier, ...(responseMessage ? [responseMessage] : [])],
  });
}
