import {
  activeRuns,
  DurableChatError,
  isDead,
  nextEpoch,
  runRecord,
  type ChatState,
  type RunState,
  type RunValue,
} from '../protocol/index.js';
import { appendOnce } from './append-once.js';
import type { ChatLog } from './chat-log.js';
import { loadChatState } from './load-chat-state.js';

const MAX_TRIES = 8;

export interface Seal {
  readonly chatId: string;
  /**
   * `stopped`: whoever runs is to stop. `interrupted`: only a run that was
   * silent past its lease.
   */
  readonly status: 'stopped' | 'interrupted';
  /** The run that is meant, so that a late stop cannot hit a newer one. */
  readonly isMeant: (run: RunState) => boolean;
}

/**
 * Ends somebody else's run: its terminal record under the next epoch, which
 * fences the old writer off (PROTOCOL.md, "Seal"). Needs no word with the old
 * writer: its next append is refused.
 *
 * @returns the run that this call ended, if there was one
 */
export async function sealRun(
  chats: ChatLog,
  seal: Seal,
): Promise<RunValue | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { state } = await loadChatState(chats, seal.chatId);
    const run = runToSeal(state, seal, chats.now());
    if (run === undefined) return undefined;
    const sealed = await trySeal(chats, seal, { state, run });
    if (sealed !== undefined) return sealed;
  }
  throw new DurableChatError(
    'store-unavailable',
    `The run of chat "${seal.chatId}" could not be ended: ${MAX_TRIES} other writers were faster.`,
  );
}

function runToSeal(
  state: ChatState,
  { status, isMeant }: Seal,
  now: number,
): RunState | undefined {
  return activeRuns(state).findLast(
    (run) => isMeant(run) && (status === 'stopped' || isDead(run.value, now)),
  );
}

/** `undefined` where another writer came first: look again. */
async function trySeal(
  chats: ChatLog,
  { chatId, status }: Seal,
  { state, run }: { state: ChatState; run: RunState },
): Promise<RunValue | undefined> {
  const now = chats.now();
  const { agentId } = run.value;
  const epoch = nextEpoch(state, agentId, now);
  const value: RunValue = { ...run.value, status, at: now, epoch };
  const outcome = await appendOnce(chats.logOf(chatId), {
    producer: { id: agentId, epoch, seq: 0 },
    body: JSON.stringify([runRecord(value)]),
    retry: chats.requestRetry,
  });
  return outcome.kind === 'accepted' ? value : undefined;
}
