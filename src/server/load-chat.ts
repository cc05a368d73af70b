import type { UIMessage } from 'ai';
import { loadChatState, sleep, type LoadedState } from '../log/index.js';
import {
  activeRuns,
  deadline,
  encodeCursor,
  isDead,
  LOG_START,
  newestRun,
  settledConversation,
  type ChatState,
  type RunValue,
} from '../protocol/index.js';
import { REQUEST_PATIENCE_MS, type ChatContext } from './chat-context.js';
import { ownRunsBegun } from './own-runs-begun.js';
import { endDeadRuns } from './seal-dead-runs.js';
import { loadSession } from './session/load-session.js';
import { settledWithin } from './settled-within.js';
import { writeHistory } from './write-history.js';

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
  if (context.options.agents !== undefined) {
    const { state, messages } = await loadSession(context, chatId);
    return loaded(state, messages);
  }
  const { state } = await loadCurrent(context, chatId);
  const messages = await settledConversation(state, context.fold);
  repairHistory(context, chatId, state);
  return loaded(state, messages);
}

function loaded(state: ChatState, messages: UIMessage[]): LoadedChat {
  return {
    messages,
    cursor: cursorOf(state),
    activeRunId: activeRuns(state).at(-1)?.value.id ?? null,
  };
}

interface CurrentState extends LoadedState {
  /** The runs that were ended on the way: their writers had died. */
  readonly ended: readonly RunValue[];
}

/** A chat in which no dead run looks active. */
export async function loadCurrent(
  context: ChatContext,
  chatId: string,
): Promise<CurrentState> {
  // A page that is loaded right after its POST is to find what was posted: it
  // will resume the answer, and would show that without its question.
  await settledWithin(ownRunsBegun(context, chatId), REQUEST_PATIENCE_MS);
  const loaded = await loadChatState(context, chatId);
  const now = context.now();
  const silent = activeRuns(loaded.state)
    .map(({ value }) => value)
    .filter((run) => isDead(run, now) && !context.runs.has(chatId, run.id));
  if (silent.length === 0) return { ...loaded, ended: [] };
  const ends = silent.map((run) => deadline(run, now));
  await sleep(Math.max(...ends) - now);
  const ended = await endDeadRuns(context, chatId);
  return { ...(await loadChatState(context, chatId)), ended };
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

/**
 * Completes a history that lacks something. A run that ends here does that
 * itself; and one of many loads that come at once is enough.
 */
function repairHistory(
  context: ChatContext,
  chatId: string,
  state: ChatState,
): void {
  const isBehind = [...state.runs.values()].some((run) => run.replayable);
  const isBusy =
    context.historiesInWork.has(chatId) ||
    context.runs.ofChat(chatId).length > 0;
  if (!isBehind || isBusy || activeRuns(state).length > 0) return;
  const known = { state, tail: [] };
  const writing = writeHistory(context, chatId, () => Promise.resolve(known));
  context.background(writing, chatId);
}
