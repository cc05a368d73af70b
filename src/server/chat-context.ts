import { readUIMessageStream } from 'ai';
import { nanoid } from 'nanoid';
import {
  blobIndexTarget,
  blobTarget,
  historyTarget,
  logTarget,
  type BlobPlaces,
  type ChatLog,
  type RetryPolicy,
  type StreamTarget,
} from '../log/index.js';
import { messageFolder, type FoldMessage } from '../protocol/index.js';
import { ChatBlobs } from './chat-blobs.js';
import { ChatFollowers } from './chat-followers.js';
import { eventTeller, type TellEvent } from './event-teller.js';
import { LocalRuns } from './local-runs.js';
import { logError } from './log-error.js';
import type {
  DurableChatOptions,
  ErrorContext,
  StreamsOptions,
} from './options.js';
import { StoreWatch, watchedTarget } from './store-watch.js';

/** How long a request may wait for the store before it is answered without. */
export const REQUEST_PATIENCE_MS = 5_000;

/** How long what a run wrote is retried after the run has ended. */
const RUN_PATIENCE_MS = 30_000;

type Defaulted =
  | 'basePath'
  | 'history'
  | 'durability'
  | 'flushIntervalMs'
  | 'leaseMs'
  | 'heartbeatMs'
  | 'maxBodyBytes'
  | 'inlineLimitBytes'
  | 'generateId'
  | 'onError';

export type ResolvedOptions = DurableChatOptions & {
  readonly [Name in Defaulted]-?: NonNullable<DurableChatOptions[Name]>;
};

/** What the parts of one `createDurableChat` share. */
export interface ChatContext extends ChatLog {
  readonly options: ResolvedOptions;
  readonly runs: LocalRuns;
  readonly followers: ChatFollowers;
  readonly blobs: ChatBlobs;
  /** The chats whose history this instance is just completing. */
  readonly historiesInWork: Set<string>;
  readonly fold: FoldMessage;
  /** How long an ended run goes on trying to store what it has. */
  readonly runPatienceMs: number;
  historyOf(chatId: string): StreamTarget;
  blobsOf(chatId: string): BlobPlaces;
  /** Tells `onError`, whatever that does; its text where it gave one. */
  report(error: unknown, context: ErrorContext): string | undefined;
  /** Tells `onEvent`; `undefined` where there is none: then make no event. */
  readonly tell: TellEvent | undefined;
  readonly store: StoreWatch | undefined;
  /** Lets work go on after the response, and never lets it throw. */
  background(work: Promise<unknown>, chatId: string): void;
}

export function createContext(options: DurableChatOptions): ChatContext {
  const resolved = withDefaults(options);
  const report: ChatContext['report'] = (error, context) => {
    try {
      return resolved.onError(error, context) ?? undefined;
    } catch {
      return undefined;
    }
  };
  const { streams } = resolved;
  const tell = eventTeller(resolved.onEvent, report);
  const store = tell && new StoreWatch(tell, Date.now);
  const context: ChatContext = {
    options: resolved,
    appTypes: new Set(Object.keys(resolved.records ?? {})),
    runs: new LocalRuns(),
    followers: new ChatFollowers(() => context),
    blobs: new ChatBlobs(),
    historiesInWork: new Set(),
    fold: messageFolder(readUIMessageStream),
    runPatienceMs: RUN_PATIENCE_MS,
    now: Date.now,
    flushIntervalMs: resolved.flushIntervalMs,
    requestRetry: retryFor(REQUEST_PATIENCE_MS),
    runRetry: retryFor(RUN_PATIENCE_MS),
    logOf: (chatId) =>
      watchedTarget(logTarget(streams, chatId), store, {
        chatId,
        stream: 'log',
      }),
    historyOf: (chatId) =>
      watchedTarget(historyTarget(streams, chatId), store, {
        chatId,
        stream: 'history',
      }),
    blobsOf: (chatId) => blobPlaces(streams, store, chatId),
    report,
    tell,
    store,
    reportDamage: damageReporter(report),
    background(work, chatId) {
      const settled = work.catch((error: unknown) => {
        report(error, { chatId, source: 'store' });
      });
      try {
        resolved.waitUntil?.(settled);
      } catch (error) {
        // Outside of a request, for instance; the work goes on all the same.
        report(error, { chatId, source: 'app' });
      }
    },
  };
  return context;
}

function blobPlaces(
  streams: StreamsOptions,
  store: StoreWatch | undefined,
  chatId: string,
): BlobPlaces {
  const watched = (target: StreamTarget): StreamTarget =>
    watchedTarget(target, store, { chatId, stream: 'blob' });
  return {
    index: watched(blobIndexTarget(streams, chatId)),
    of: (id) => watched(blobTarget(streams, chatId, id)),
  };
}

/** Bounded, so that many damaged chats cannot grow the process. */
const MAX_REPORTED = 1_000;

function damageReporter(
  report: ChatContext['report'],
): ChatContext['reportDamage'] {
  const reported = new Set<string>();
  return (chatId, field) => {
    const place = `${chatId} ${field}`;
    if (reported.has(place) || reported.size >= MAX_REPORTED) return;
    reported.add(place);
    const message = `A record of chat "${chatId}" was skipped: its ${field} is missing or malformed.`;
    report(new Error(message), { chatId, source: 'record' });
  };
}

function retryFor(giveUpAfterMs: number): RetryPolicy {
  return { initialDelayMs: 50, maxDelayMs: 2_000, giveUpAfterMs };
}

function withDefaults(options: DurableChatOptions): ResolvedOptions {
  return {
    ...options,
    basePath: options.basePath ?? '/api/chat',
    history: options.history ?? 'client',
    durability: options.durability ?? 'best-effort',
    flushIntervalMs: options.flushIntervalMs ?? 40,
    leaseMs: options.leaseMs ?? 15_000,
    heartbeatMs: options.heartbeatMs ?? 10_000,
    inlineLimitBytes: options.inlineLimitBytes ?? 65_536,
    maxBodyBytes: options.maxBodyBytes ?? 1_048_576,
    generateId: options.generateId ?? nanoid,
    onError: options.onError ?? logError,
  };
}
