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
 * It takes effect only if the run still is the agent's newest: where several
 * seal at once one does, and a run that has begun meanwhile is not touched.
 *
 * @returns the run that this call ended, if there was one
 */
export async function sealRun(
  chats: ChatLog,
  seal: Seal,
): Promise<RunValue | undefined> {
  let tried: RunValue | undefined;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { state } = await loadChatState(chats, seal.chatId);
    // The answer to the seal was lost, but not the seal.
    if (tried !== undefined && isIn(state, tried)) return tried;
    const run = runToSeal(state, seal, chats.now());
    if (run === undefined) return undefined;
    const { agentId } = run.value;
    const at = chats.now();
    const epoch = nextEpoch(state, agentId, at);
    tried = { ...run.value, status: seal.status, at, epoch };
    if (await trySeal(chats, seal.chatId, tried)) return tried;
  }
  throw new DurableChatError(
    'store-unavailable',
    `The run of chat "${seal.chatId}" could not be ended: ${MAX_TRIES} other writers were faster.`,
  );
}

function isIn(state: ChatState, { id, at, status }: RunValue): boolean {
  const known = state.runs.get(id)?.value;
  return known?.status === status && known.at === at;
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

/** False where another writer came first: look again. */
async function trySeal(
  chats: ChatLog,
  chatId: string,
  value: RunValue,
): Promise<boolean> {
  const outcome = await appendOnce(chats.logOf(chatId), {
    producer: { id: value.agentId, epoch: value.epoch, seq: 0 },
    body: JSON.stringify([runRecord(value)]),
    retry: chats.requestRetry,
  });
  return outcome.kind === 'accepted';
}
