import { nanoid } from 'nanoid';
import type { ChatTransport, UIMessage } from 'ai';
import {
  ChatFollower,
  loadChatState,
  planRun,
  sealRun,
  type ChatLog,
} from '../../log/index.js';
import {
  activeRuns,
  isHad,
  messageFolder,
  newestRun,
  settledConversation,
  type ChatState,
  type RunState,
  type StreamChunk,
} from '../../protocol/index.js';
import type { ReconnectRequest, SendOptions } from '../chat-requests.js';
import type { ConnectionStore } from '../connection-store.js';
import { AnswerReader } from './answer-reader.js';
import { followRun } from './follow-run.js';
import { pageChats, type PageStreamOptions } from './page-chats.js';
import { PageRun } from './page-run.js';

/** Twice what a server's run has: timers of a hidden tab are slow. */
const LEASE_MS = 30_000;

export interface WriteThroughOptions<UI_MESSAGE extends UIMessage> {
  readonly source: ChatTransport<UI_MESSAGE>;
  readonly stream: PageStreamOptions;
  readonly connection: ConnectionStore;
}

/**
 * The transport without a server of ours: an inner transport answers, and the
 * page writes the answer into the chat's durable stream as it passes. Loaded
 * only where it is asked for.
 */
export class WriteThrough<UI_MESSAGE extends UIMessage> {
  readonly #options: WriteThroughOptions<UI_MESSAGE>;
  readonly #chats: ChatLog;
  readonly #runs = new Map<string, PageRun>();
  readonly #readers = new Map<string, AnswerReader>();

  constructor(options: WriteThroughOptions<UI_MESSAGE>) {
    this.#options = options;
    this.#chats = pageChats(options.stream);
  }

  async send(
    options: SendOptions<UI_MESSAGE>,
  ): Promise<ReadableStream<StreamChunk>> {
    const { chatId, abortSignal } = options;
    const reader = new AnswerReader(this.#options.connection, abortSignal);
    const { messages } = options;
    const plan = planRun({
      chatId,
      actorId: 'page',
      messages,
      leaseMs: LEASE_MS,
      newId: nanoid,
    });
    const prior = this.#runs.get(chatId);
    const run = new PageRun(this.#chats, plan, { reader, prior });
    forgetWhen(run.ended, this.#runs.set(chatId, run), [chatId, run]);
    forgetWhen(reader.left, this.#readers.set(chatId, reader), [
      chatId,
      reader,
    ]);
    void this.#play(run, options);
    return reader.stream;
  }

  /**
   * `null` where there is nothing to resume; also at the end of an answer that
   * this page is reading as it writes it.
   */
  async resume(
    { chatId, abortSignal }: ReconnectRequest<UI_MESSAGE>,
    have: readonly string[],
  ): Promise<ReadableStream<StreamChunk> | null> {
    const own = this.#readers.get(chatId);
    if (own !== undefined) {
      const aborted = abortOf(abortSignal);
      await Promise.race([own.left, aborted]);
      // The `null` would make the Chat `ready`, and its error vanish.
      if (own.hasFailed) await aborted;
      return null;
    }
    const sealDead = (): Promise<void> => this.#sealDead(chatId);
    const follower = new ChatFollower(this.#chats, { chatId, sealDead });
    await follower.ready;
    const run = runToResume(follower.state, have);
    if (run === undefined || abortSignal?.aborted === true) {
      follower.close();
      return null;
    }
    const { connection } = this.#options;
    const reader = new AnswerReader(connection, abortSignal, () =>
      follower.close(),
    );
    void followRun(follower, run.value.id, reader);
    return reader.stream;
  }

  async stop(
    chatId: string,
    runId: string | undefined,
  ): Promise<{ stopped: boolean }> {
    const own = this.#runs.get(chatId);
    if (own?.isActive === true && (runId ?? own.id) === own.id) {
      await own.stop();
      return { stopped: true };
    }
    const sealed = await sealRun(this.#chats, {
      chatId,
      status: 'stopped',
      isMeant: ({ value }) => runId === undefined || value.id === runId,
    });
    return { stopped: sealed !== undefined };
  }

  async load(
    chatId: string,
  ): Promise<{ messages: UIMessage[]; activeRunId: string | null }> {
    await this.#sealDead(chatId);
    const { state } = await loadChatState(this.#chats, chatId);
    // Only here is the AI SDK itself needed, and a page with a Chat has it.
    // oxlint-disable-next-line no-restricted-imports -- loaded with the page's own
    const { readUIMessageStream } = await import('ai');
    const fold = messageFolder(readUIMessageStream);
    const messages = await settledConversation(state, fold);
    const active = activeRuns(state).at(-1);
    return { messages, activeRunId: active?.value.id ?? null };
  }

  async #play(run: PageRun, options: SendOptions<UI_MESSAGE>): Promise<void> {
    const { signal: abortSignal } = run;
    try {
      const source = this.#options.source;
      await run.play(await source.sendMessages({ ...options, abortSignal }));
    } catch (error) {
      await run.fail(error);
    }
  }

  async #sealDead(chatId: string): Promise<void> {
    const seal = {
      chatId,
      status: 'interrupted',
      isMeant: () => true,
    } as const;
    await sealRun(this.#chats, seal);
  }
}

function forgetWhen<T>(
  ended: Promise<void>,
  kept: Map<string, T>,
  [chatId, value]: readonly [string, T],
): void {
  void ended.then(() => {
    if (kept.get(chatId) === value) kept.delete(chatId);
  });
}

function abortOf(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}

function runToResume(
  state: ChatState,
  have: readonly string[],
): RunState | undefined {
  const active = activeRuns(state).at(-1);
  if (active !== undefined) return active;
  const newest = newestRun(state);
  if (newest === undefined || have.length === 0) return undefined;
  return isHad(newest, have) ? undefined : newest;
}
