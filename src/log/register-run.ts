import type { UIMessage } from 'ai';
import {
  DurableChatError,
  isDead,
  messageRecord,
  nextEpoch,
  plainMessage,
  runRecord,
  type ChatState,
  type LogRecord,
  type MessageValue,
  type RunValue,
} from '../protocol/index.js';
import { appendOnce } from './append-once.js';
import type { ChatLog } from './chat-log.js';
import { createStream } from './create-stream.js';
import { loadChatState, type LoadedState } from './load-chat-state.js';

/** What a run wants to put into the log with its first append. */
export interface RunPlan {
  readonly chatId: string;
  readonly actorId: string;
  readonly value: Omit<RunValue, 'epoch' | 'at' | 'status'>;
  /** The conversation that it answers, the newest message last. */
  readonly messages: readonly UIMessage[];
}

export type Registration =
  | {
      readonly kind: 'registered';
      readonly value: RunValue;
      /** The `Producer-Seq` of the run's next append. */
      readonly nextSeq: number;
      readonly offset: string;
    }
  /** The same POST already started a run. */
  | { readonly kind: 'repeated'; readonly runId: string }
  /** It was stopped before it began. */
  | { readonly kind: 'stopped' };

const MAX_TRIES = 8;

/**
 * A run's first append: its `run` record, the posted messages that the chat
 * does not have yet, and the end of whatever it supersedes, in one request.
 */
export async function registerRun(
  chats: ChatLog,
  plan: RunPlan,
  loaded: LoadedState,
): Promise<Registration> {
  let known = loaded;
  let epochFloor = 0;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const earlier = earlierStart(known.state, plan.value);
    if (earlier !== undefined) return earlier;
    const now = chats.now();
    const { agentId } = plan.value;
    const epoch = Math.max(nextEpoch(known.state, agentId, now), epochFloor);
    const value: RunValue = { ...plan.value, epoch, at: now, status: 'active' };
    const body = JSON.stringify(firstRecords(known.state, plan, value));
    const outcome = await tryFirstAppend(chats, plan, {
      value,
      body,
      exists: known.exists,
    });
    if (outcome.kind === 'registered') return outcome;
    epochFloor = outcome.epochFloor;
    known = await loadChatState(chats, plan.chatId, chats.runRetry);
    const own = ownStart(known.state, value);
    if (own !== undefined) return { ...own, nextSeq: outcome.nextSeq };
  }
  throw new DurableChatError(
    'store-unavailable',
    `Run ${plan.value.id} could not be registered: ${MAX_TRIES} other writers were faster.`,
  );
}

type FirstAppend =
  | (Registration & { readonly kind: 'registered' })
  | {
      readonly kind: 'unclear';
      readonly epochFloor: number;
      readonly nextSeq: number;
    };

interface FirstAppendRequest {
  readonly value: RunValue;
  readonly body: string;
  readonly exists: boolean;
}

async function tryFirstAppend(
  chats: ChatLog,
  plan: RunPlan,
  { value, body, exists }: FirstAppendRequest,
): Promise<FirstAppend> {
  const target = chats.logOf(plan.chatId);
  const retry = chats.runRetry;
  if (!exists) {
    // A chat's first message comes with the PUT that creates its log.
    const created = await createStream(target, { body, retry });
    return created.kind === 'created'
      ? { kind: 'registered', value, nextSeq: 0, offset: created.offset }
      : { kind: 'unclear', epochFloor: 0, nextSeq: 0 };
  }
  const producer = { id: value.agentId, epoch: value.epoch, seq: 0 };
  const outcome = await appendOnce(target, { producer, body, retry });
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'registered', value, nextSeq: 1, offset: outcome.offset };
    case 'fenced':
      return { kind: 'unclear', epochFloor: outcome.epoch + 1, nextSeq: 1 };
    case 'duplicate':
      // Somebody holds this epoch: perhaps an earlier try of this very append.
      return { kind: 'unclear', epochFloor: value.epoch + 1, nextSeq: 1 };
    case 'missing':
      return { kind: 'unclear', epochFloor: 0, nextSeq: 1 };
    case 'closed':
    case 'gap':
      throw new DurableChatError(
        'store-unavailable',
        `The log of chat "${plan.chatId}" does not take new records (${outcome.kind}).`,
      );
  }
}

/** The registration of a first append whose answer was lost. */
function ownStart(
  state: ChatState,
  value: RunValue,
): (Registration & { readonly kind: 'registered' }) | undefined {
  const run = state.runs.get(value.id);
  return run === undefined
    ? undefined
    : { kind: 'registered', value, nextSeq: 1, offset: state.offset };
}

function earlierStart(
  state: ChatState,
  value: RunPlan['value'],
): Registration | undefined {
  if (value.idempotencyKey === undefined) return undefined;
  for (const run of state.runs.values()) {
    if (run.value.idempotencyKey !== value.idempotencyKey) continue;
    if (run.value.id === value.id) continue;
    if (run.value.attempt === 0) return { kind: 'stopped' };
    return { kind: 'repeated', runId: run.value.id };
  }
  return undefined;
}

function firstRecords(
  state: ChatState,
  plan: RunPlan,
  value: RunValue,
): LogRecord[] {
  const records: LogRecord[] = newMessages(state, plan, value.at);
  for (const run of state.runs.values()) {
    if (run.terminal || run.value.agentId !== value.agentId) continue;
    const status = isDead(run.value, value.at) ? 'interrupted' : 'stopped';
    const { at, epoch } = value;
    records.push(runRecord({ ...run.value, status, at, epoch }));
  }
  return [...records, runRecord(value)];
}

/** The posted messages that the chat does not have, or has otherwise. */
function newMessages(
  state: ChatState,
  { messages, actorId, value }: RunPlan,
  now: number,
): LogRecord[] {
  return messages.flatMap((message, index) => {
    const isLast = index === messages.length - 1;
    const known = state.messages.get(message.id);
    if (known !== undefined && !(isLast && isChanged(known, message)))
      return [];
    // What a run wrote is known by its run until the history has it; as the
    // last message it is a continuation, whose state is recorded first.
    if (!isLast && state.writers.has(message.id)) return [];
    const parentId = messages[index - 1]?.id ?? null;
    const createdAt = known?.createdAt ?? now;
    const author = message.role === 'assistant' ? value.agentId : actorId;
    const record = { ...message, parentId, actorId: author, createdAt };
    return [messageRecord(record)];
  });
}

function isChanged(known: MessageValue, message: UIMessage): boolean {
  return (
    message.role === 'assistant' ||
    JSON.stringify(plainMessage(known)) !== JSON.stringify(message)
  );
}
