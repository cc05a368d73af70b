import type { UIMessage } from 'ai';
import { loadChatState } from '../log/index.js';
import {
  activeRuns,
  conversation,
  encodeCursor,
  isDead,
  LOG_START,
  newestRun,
  type ChatState,
} from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { sealDeadRuns } from './seal-dead-runs.js';
import { settledWithin } from './settled-within.js';
import { writeHistory } from './write-history.js';

/** How long a load waits for a run that is just being registered here. */
const REGISTRATION_PATIENCE_MS = 250;

/** A chat as it stands. */
export interface LoadedChat<UI_MESSAGE extends UIMessage = UIMessage> {
  /**
   * The conversation, oldest first, without the message that is being written
   * at the moment: resuming replays that one whole.
   */
  readonly messages: UI_MESSAGE[];
  /** Where a reader may go on from; `null` for a chat that nothing ran in. */
  readonly cursor: string | null;
  /** The run that is writing at the moment. */
  readonly activeRunId: string | null;
}

/**
 * Reads a chat. A run whose writer died is ended first, and a history that
 * lacks something is completed in the background.
 */
export async function loadChat(
  context: ChatContext,
  chatId: string,
): Promise<LoadedChat> {
  const { state } = await loadCurrent(context, chatId);
  const active = activeRuns(state);
  const inFlight = new Set(active.map(({ value }) => value.messageId));
  const messages = await conversation(
    state,
    context.fold,
    (id) => !inFlight.has(id),
  );
  repairHistory(context, chatId, state);
  return {
    messages,
    cursor: cursorOf(state),
    activeRunId: active.at(-1)?.value.id ?? null,
  };
}

/** Ends what is dead, and brings the history up to date. */
export async function recoverChat(
  context: ChatContext,
  chatId: string,
): Promise<void> {
  await loadCurrent(context, chatId);
  await writeHistory(context, chatId);
}

async function loadCurrent(
  context: ChatContext,
  chatId: string,
): Promise<{ state: ChatState }> {
  // A page that is loaded right after its POST is to find what was posted.
  const starting = context.runs
    .ofChat(chatId)
    .map(({ recording }) => recording.registered);
  await settledWithin(Promise.all(starting), REGISTRATION_PATIENCE_MS);
  const loaded = await loadChatState(context, chatId);
  const now = context.now();
  if (!activeRuns(loaded.state).some(({ value }) => isDead(value, now))) {
    return loaded;
  }
  await sealDeadRuns(context, chatId);
  return loadChatState(context, chatId);
}

function cursorOf(state: ChatState): string | null {
  const run = activeRuns(state).at(-1) ?? newestRun(state);
  if (run === undefined) return null;
  const runId = run.value.id;
  return run.status === 'active'
    ? encodeCursor({
        runId,
        delivered: 0,
        offset: state.checkpoint ?? LOG_START,
      })
    : encodeCursor({
        runId,
        delivered: run.firstSeq + run.chunks.length,
        offset: state.offset,
      });
}

/** A run that ends here writes the history itself; no need to do it twice. */
function repairHistory(
  context: ChatContext,
  chatId: string,
  state: ChatState,
): void {
  const isBehind = [...state.runs.values()].some((run) => run.replayable);
  const isBusy = context.runs.ofChat(chatId).length > 0;
  if (!isBehind || isBusy || activeRuns(state).length > 0) return;
  context.background(writeHistory(context, chatId), chatId);
}
