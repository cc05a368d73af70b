import type { RunFormat } from '../protocol/index.js';
import type { RunPlan } from './register-run.js';

/** The only agent so far. */
const AGENT_ID = 'assistant';

export interface RunIntent extends Pick<
  RunPlan,
  'chatId' | 'actorId' | 'messages'
> {
  readonly leaseMs: number;
  readonly newId: () => string;
  readonly idempotencyKey?: string | undefined;
  readonly format?: RunFormat | undefined;
}

/**
 * A run that answers a conversation: into a message of its own, or, where the
 * last message is an assistant's (a tool's output, an approval), on with that.
 */
export function planRun({
  chatId,
  actorId,
  messages,
  leaseMs,
  newId,
  idempotencyKey,
  format,
}: RunIntent): RunPlan {
  const last = messages.at(-1);
  const isContinuation = last?.role === 'assistant';
  const parent = isContinuation ? messages.at(-2) : last;
  const value = {
    id: newId(),
    messageId: isContinuation ? last.id : newId(),
    parentId: parent?.id ?? null,
    agentId: AGENT_ID,
    attempt: 1,
    leaseMs,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(format === undefined ? {} : { format }),
  };
  return { chatId, actorId, messages, value };
}
