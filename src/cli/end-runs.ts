import { logTarget, readPages, sealRun, type Seal } from '../log/index.js';
import { DurableChatError, type RunValue } from '../protocol/index.js';
import { counted } from './counted.js';
import {
  chatLogOf,
  expectChat,
  RETRY,
  type StreamsLocation,
} from './streams-location.js';

/** As many as there can be: an agent has one active run at most. */
const MAX_RUNS = 100;

export interface EndRunsOptions {
  readonly chatId: string;
  /** Default: all that are active. */
  readonly runId?: string | undefined;
  /**
   * `stopped`: whoever writes it is to stop. `interrupted`: only where its
   * writer died, which is to say that its lease is over.
   */
  readonly status: Seal['status'];
}

/** Ends runs by sealing them. Resolves to those that this call has ended. */
export async function endRuns(
  streams: StreamsLocation,
  { chatId, runId, status }: EndRunsOptions,
): Promise<readonly RunValue[]> {
  await expectChat(streams, chatId);
  const ended: RunValue[] = [];
  while (ended.length < MAX_RUNS) {
    const sealed = await sealRun(chatLogOf(streams), {
      chatId,
      status,
      isMeant: ({ value }) => runId === undefined || value.id === runId,
    });
    if (sealed === undefined) break;
    ended.push(sealed);
  }
  return ended;
}

/** What `recover` did to a chat. */
export interface RecoveredChat {
  readonly chatId: string;
  /** The runs that it ended. */
  readonly ended: readonly string[];
  /** Whether the history lacked something, and lacks nothing now. */
  readonly completed: boolean;
}

export const recoveredText = ({ ended, completed }: RecoveredChat): string =>
  `${counted(ended.length, 'run')} ended, history ${completed ? 'completed' : 'left as it was'}.`;

/** Ends the runs whose writers died, and completes the history. */
export async function recoverChat(
  streams: StreamsLocation,
  chatId: string,
): Promise<RecoveredChat> {
  await expectChat(streams, chatId);
  if (await isSession(streams, chatId)) {
    // Its history is written by who knows the app's own types of records.
    const ended = await endRuns(streams, { chatId, status: 'interrupted' });
    return { chatId, ended: ended.map(({ id }) => id), completed: false };
  }
  // It brings the AI SDK along, which the other commands do without.
  const { createDurableChat } = await import('../server/index.js');
  const chat = createDurableChat({ streams, authorize: refuse });
  const { ended, completed, failed } = await chat.recover([chatId]);
  for (const { error } of failed) throw error;
  const ids = ended.map(({ runId }) => runId);
  return { chatId, ended: ids, completed: completed.length > 0 };
}

async function isSession(
  streams: StreamsLocation,
  chatId: string,
): Promise<boolean> {
  const pages = readPages(logTarget(streams, chatId), { retry: RETRY });
  for await (const { items } of pages) {
    if (items.some(isAgent)) return true;
  }
  return false;
}

const isAgent = (item: unknown): boolean =>
  // CAST: one field, taken for unknown.
  (Object(item) as { readonly type?: unknown }).type === 'agent';

function refuse(): never {
  throw new DurableChatError('forbidden', 'Nobody asks by HTTP here.');
}
