import type { UIMessage } from 'ai';
import {
  DurableChatError,
  emptyChatState,
  newestRun,
  nextEpoch,
  runRecord,
  type ChatState,
  type RunValue,
} from '../protocol/index.js';
import { appendOnce } from './append-once.js';
import type { ChatLog } from './chat-log.js';
import { chatBefore, type ChatBefore } from './chat-before.js';
import { createStream } from './create-stream.js';
import { earlierStart } from './earlier-start.js';
import {
  firstRecords,
  supersededRuns,
  type SupersededRun,
} from './first-records.js';
import { forgetLostLog } from './forget-lost-log.js';
import { loadChatState, type LoadedState } from './load-chat-state.js';
import { runOptions, type RequestOptions } from './retry-policy.js';
import { isTooLate } from './too-late.js';

type NewRunValue = Omit<RunValue, 'epoch' | 'at' | 'status'>;

/** What a run wants to put into the log with its first append. */
export interface RunPlan {
  readonly chatId: string;
  readonly actorId: string;
  readonly value: NewRunValue;
  /** The conversation that it answers, the newest message last. */
  readonly messages: readonly UIMessage[];
  /**
   * When it was asked for, where the chat was read in between. Default: when it is
   * to be registered.
   */
  readonly askedAt?: number | undefined;
  /**
   * Makes of a message what the log is to hold of it. Asked for those alone
   * that may go there. Default: the message as it is.
   */
  readonly toRecord?:
    | ((message: UIMessage) => UIMessage | Promise<UIMessage>)
    | undefined;
  /**
   * Whether a message, which somebody has posted as read, holds more than the
   * chat has of what a run wrote into it. Then the post is recorded. Default:
   * never.
   */
  readonly readMore?:
    | ((state: ChatState, posted: UIMessage) => Promise<boolean>)
    | undefined;
  /**
   * The run of an agent among others: it waits its turn and ends no other. Its
   * id says what it is for, so that of all that begin it one does; and nothing
   * is posted with it but the message that it goes on with.
   */
  readonly isQueued?: boolean | undefined;
  /**
   * Until it fires, every request is tried again and again. Without it they
   * are given up as `runRetry` says.
   */
  readonly giveUp?: AbortSignal | undefined;
}

export type Registration =
  | {
      readonly kind: 'registered';
      readonly value: RunValue;
      readonly offset: string;
      /** The chat as it was before, where the history had enough of it. */
      readonly before?: ChatBefore | undefined;
      /** The runs that it ended; not known where the answer was lost. */
      readonly superseded?: readonly SupersededRun[] | undefined;
    }
  /** The same POST already started a run; or it is begun elsewhere. */
  | { readonly kind: 'repeated'; readonly runId: string }
  /** The agent has another run: it is not this one's turn. */
  | { readonly kind: 'busy'; readonly runId: string }
  /** It was stopped before it began: it stands in the log as that. */
  | { readonly kind: 'stopped' }
  /** The chat went on without it, see `isTooLate`: nothing of it is written. */
  | { readonly kind: 'late' };

const MAX_TRIES = 8;

/**
 * A run's first append: its `run` record, the posted messages that the chat
 * does not have yet, and the end of whatever it supersedes, in one request.
 *
 * It takes effect only if the chat is still as it was read: who registers or
 * seals at the same moment makes this look again.
 *
 * @throws DurableChatError `store-unavailable`; the reason of `giveUp`
 */
export async function registerRun(
  chats: ChatLog,
  plan: RunPlan,
  loaded: LoadedState | undefined,
): Promise<Registration> {
  const options = runOptions(chats.runRetry, plan.value.leaseMs, plan.giveUp);
  const load = (): Promise<LoadedState> =>
    loadChatState(chats, plan.chatId, options);
  // Before the chat is read: that may take as long as anything.
  const since = plan.askedAt ?? chats.now();
  let known = loaded ?? (isFirstMessage(plan) ? newChat() : await load());
  let epochFloor = 0;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const earlier = earlierStart(known.state, plan);
    if (earlier !== undefined && earlier.kind !== 'stopped') return earlier;
    const times = { since, now: chats.now() };
    if (isTooLate(known.state, plan, times)) return { kind: 'late' };
    const status = earlier === undefined ? 'active' : 'stopped';
    const value = newValue(chats, plan, { known, epochFloor, status });
    const request = { value, known, options };
    const outcome = await tryFirstAppend(chats, plan, request);
    if (outcome.kind === 'registered') return earlier ?? outcome;
    epochFloor = outcome.epochFloor;
    known = await load();
    const own = ownStart(known.state, value);
    if (own !== undefined) {
      return earlier ?? (await confirmStart(chats, plan, { own, options }));
    }
  }
  throw new DurableChatError(
    'store-unavailable',
    `Run ${plan.value.id} could not be registered: ${MAX_TRIES} other writers were faster.`,
  );
}

/**
 * A user's message that follows nothing is most often a chat's first. Then
 * there is nothing to read; and where there is, the PUT finds the log there.
 */
function isFirstMessage({ messages }: RunPlan): boolean {
  return messages.length === 1 && messages[0]?.role === 'user';
}

const newChat = (): LoadedState => ({ state: emptyChatState(), exists: false });

const FIRST_EPOCH = 1;

interface Attempt {
  readonly known: LoadedState;
  readonly epochFloor: number;
  readonly status: 'active' | 'stopped';
}

function newValue(
  chats: ChatLog,
  { value, isQueued }: RunPlan,
  { known, epochFloor, status }: Attempt,
): RunValue {
  const at = chats.now();
  // All that begin an agent's first run must mean the same epoch.
  const first = isQueued === true ? FIRST_EPOCH : at;
  const next = nextEpoch(known.state, value.agentId, first);
  return { ...value, epoch: Math.max(next, epochFloor), at, status };
}

type Registered = Extract<Registration, { kind: 'registered' }>;

type FirstAppend =
  | Registered
  | { readonly kind: 'unclear'; readonly epochFloor: number };

interface FirstAppendRequest {
  readonly value: RunValue;
  readonly known: LoadedState;
  readonly options: RequestOptions;
}

async function tryFirstAppend(
  chats: ChatLog,
  plan: RunPlan,
  { value, known, options }: FirstAppendRequest,
): Promise<FirstAppend> {
  const target = chats.logOf(plan.chatId);
  const records = await firstRecords(known.state, plan, value);
  const before = chatBefore(known, plan.isQueued === true);
  if (!known.exists) {
    await forgetLostLog(chats, plan.chatId, { known, ...options });
    const { kind } = await createStream(target, options);
    if (kind === 'existed') return unclear;
  }
  const outcome = await appendOnce(target, {
    producer: { id: value.agentId, epoch: value.epoch, seq: 0 },
    body: JSON.stringify(records),
    ...(isFirstRun(known.state, plan) && { streamSeq: FIRST_RUN }),
    ...options,
  });
  switch (outcome.kind) {
    case 'accepted':
      const { offset } = outcome;
      const superseded = supersededRuns(known.state, value);
      return { kind: 'registered', value, offset, before, superseded };
    case 'fenced':
      return { kind: 'unclear', epochFloor: outcome.epoch + 1 };
    case 'duplicate':
      // Somebody holds this epoch: perhaps an earlier try of this very append.
      return { kind: 'unclear', epochFloor: value.epoch + 1 };
    case 'preceded':
    case 'missing':
      return unclear;
    case 'closed':
    case 'gap':
      throw new DurableChatError(
        'store-unavailable',
        `The log of chat "${plan.chatId}" does not take new records (${outcome.kind}).`,
      );
  }
}

const unclear = { kind: 'unclear', epochFloor: 0 } as const;

/** `Stream-Seq` of a log's first run. */
const FIRST_RUN = '0';

/**
 * Two of those have read nothing, and take two epochs by the clock, which would
 * both be let in: so they compete for a place in the log.
 */
const isFirstRun = (state: ChatState, { isQueued }: RunPlan): boolean =>
  isQueued !== true && newestRun(state) === undefined;

/** The registration of a first append whose answer was lost. */
function ownStart(state: ChatState, value: RunValue): Registered | undefined {
  const run = state.runs.get(value.id);
  return run === undefined || run.value.startId !== value.startId
    ? undefined
    : { kind: 'registered', value, offset: state.offset };
}

interface Confirmation {
  readonly own: Registered;
  readonly options: RequestOptions;
}

/**
 * Sends the start again, so that the streams server knows the writer whose record
 * it has. One that died between the two would take none of what follows. Where it
 * does know, nothing is written; and whoever has been fenced off since is told so
 * by the next append.
 */
async function confirmStart(
  chats: ChatLog,
  { chatId }: RunPlan,
  { own, options }: Confirmation,
): Promise<Registered> {
  const { value } = own;
  const outcome = await appendOnce(chats.logOf(chatId), {
    producer: { id: value.agentId, epoch: value.epoch, seq: 0 },
    body: JSON.stringify([runRecord(value)]),
    ...options,
  });
  return outcome.kind === 'accepted' ? { ...own, offset: outcome.offset } : own;
}
