import { parseChatId } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { loadCurrent } from './load-chat.js';
import { writeHistory } from './write-history.js';

export interface RecoverOptions {
  /** How many chats are looked at at once. Default 8. */
  readonly concurrency?: number;
  /** Ends the sweep: no other chat is begun. The report is of those before. */
  readonly signal?: AbortSignal;
}

/** A run that a sweep ended. */
export interface EndedRun {
  readonly chatId: string;
  readonly runId: string;
}

/** A chat that a sweep could not recover, and why. */
export interface FailedChat {
  readonly chatId: string;
  readonly error: unknown;
}

/** What a sweep of `recover` came to. */
export interface RecoverReport {
  /** How many chats were looked at, those that failed too. */
  readonly chats: number;
  /**
   * The runs that it ended, for their writers had died. Of several sweeps at
   * once only one has a run.
   */
  readonly ended: readonly EndedRun[];
  /** The chats whose history lacked something, and lacks nothing now. */
  readonly completed: readonly string[];
  /** To be tried again. */
  readonly failed: readonly FailedChat[];
}

interface Recovered {
  readonly endedRunIds: readonly string[];
  readonly isCompleted: boolean;
}

/** Ends what is dead in a chat, and brings its history up to date. */
export async function recoverChat(
  context: ChatContext,
  chatId: string,
): Promise<Recovered> {
  const { state, ended, exists } = await loadCurrent(context, chatId);
  if (exists) await driveAgents(context, chatId);
  const isSession = context.options.agents !== undefined;
  const known = Promise.resolve({ state, tail: [] });
  // A session's is written in the log's order, which the state does not have.
  const first = isSession ? undefined : () => known;
  const isCompleted = await writeHistory(context, chatId, first);
  return { endedRunIds: ended.map(({ id }) => id), isCompleted };
}

/** Sees to what agents have to do in a chat, in the background. */
async function driveAgents(
  context: ChatContext,
  chatId: string,
): Promise<void> {
  if (context.options.agents === undefined) return;
  const { session, release } = await context.followers.acquire(chatId);
  session?.engine.drive();
  release();
}

const DEFAULT_CONCURRENCY = 8;

/** `recoverChat` for many: one that fails is reported, and the rest goes on. */
export async function recoverChats(
  context: ChatContext,
  chatIds: Iterable<string> | AsyncIterable<string>,
  { concurrency = DEFAULT_CONCURRENCY, signal }: RecoverOptions = {},
): Promise<RecoverReport> {
  let chats = 0;
  const ended: EndedRun[] = [];
  const completed: string[] = [];
  const failed: FailedChat[] = [];
  const recover = async (chatId: string): Promise<void> => {
    chats += 1;
    try {
      const id = parseChatId(chatId);
      const { endedRunIds, isCompleted } = await recoverChat(context, id);
      ended.push(...endedRunIds.map((runId) => ({ chatId, runId })));
      if (isCompleted) completed.push(chatId);
    } catch (error) {
      failed.push({ chatId, error });
    }
  };
  const underWay = new Set<Promise<void>>();
  try {
    for await (const chatId of chatIds) {
      if (signal?.aborted === true) break;
      const recovering = recover(chatId).finally(() =>
        underWay.delete(recovering),
      );
      underWay.add(recovering);
      if (underWay.size >= concurrency) await Promise.race(underWay);
    }
  } finally {
    await Promise.all(underWay);
  }
  return { chats, ended, completed, failed };
}
