import { nanoid } from 'nanoid';
import { readUIMessageStream, type ChatTransport, type UIMessage } from 'ai';
import {
  ChatFollower,
  loadChatState,
  sealRun,
  type ChatLog,
  type RunPlan,
} from '../../log/index.js';
import {
  activeRuns,
  conversation,
  isHad,
  messageFolder,
  newestRun,
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
 * only where it is asked for, and the AI SDK's fold with it.
 */
export class WriteThrough<UI_MESSAGE extends UIMessage> {
  readonly #options: WriteThroughOptions<UI_MESSAGE>;
  readonly #chats: ChatLog;
  readonly #runs = new Map<string, PageRun>();
  readonly #fold = messageFolder(readUIMessageStream);

  constructor(options: WriteThroughOptions<UI_MESSAGE>) {
    this.#options = options;
    this.#chats = pageChats(options.stream);
  }

  async send(
    options: SendOptions<UI_MESSAGE>,
  ): Promise<ReadableStream<StreamChunk>> {
    const { chatId, abortSignal } = options;
    const reader = new AnswerReader(this.#options.connection, abortSignal);
    const prior = this.#runs.get(chatId);
    const run = new PageRun(this.#chats, planOf(options), { reader, prior });
    this.#runs.set(chatId, run);
    void run.ended.then(() => {
      if (this.#runs.get(chatId) === run) this.#runs.delete(chatId);
    });
    void this.#play(run, options);
    return reader.stream;
  }

  /** `null` where there is nothing to resume. */
  async resume(
    { chatId, abortSignal }: ReconnectRequest<UI_MESSAGE>,
    have: string | undefined,
  ): Promise<ReadableStream<StreamChunk> | null> {
    await this.#sealDead(chatId);
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
    const active = activeRuns(state);
    const inFlight = new Set(active.map(({ value }) => value.messageId));
    const isWanted = (id: string): boolean => !inFlight.has(id);
    const messages = await conversation(state, this.#fold, isWanted);
    return { messages, activeRunId: active.at(-1)?.value.id ?? null };
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

function runToResume(
  state: ChatState,
  have: string | undefined,
): RunState | undefined {
  const active = activeRuns(state).at(-1);
  if (active !== undefined) return active;
  const newest = newestRun(state);
  if (newest === undefined || have === undefined) return undefined;
  return isHad(newest, have) ? undefined : newest;
}

function planOf<UI_MESSAGE extends UIMessage>({
  chatId,
  messages,
}: SendOptions<UI_MESSAGE>): RunPlan {
  const last = messages.at(-1);
  const isContinuation = last?.role === 'assistant';
  const parent = isContinuation ? messages.at(-2) : last;
  return {
    chatId,
    actorId: 'page',
    messages,
    value: {
      id: nanoid(),
      messageId: isContinuation ? last.id : nanoid(),
      parentId: parent?.id ?? null,
      agentId: 'assistant',
      attempt: 1,
      leaseMs: LEASE_MS,
    },
  };
}
