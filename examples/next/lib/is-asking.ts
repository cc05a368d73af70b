import { isToolUIPart } from 'ai';
import type { DemoMessage } from '@/lib/demo-message';

/** Whether the newest message waits for the user's approval. */
export function isAsking(messages: DemoMessage[]): boolean {
  const parts = messages.at(-1)?.parts ?? [];
  return parts.some(
    (part) => isToolUIPart(part) && part.state === 'approval-requested',
  );
}
