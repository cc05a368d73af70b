import { setTimeout } from 'node:timers/promises';
import type { ChatsAnswer, KnownChat } from '../../inspector/index.js';
import { followLog, headStream, type StreamTarget } from '../../log/index.js';
import { LOG_START } from '../../protocol/index.js';
import { failureOf } from '../failure.js';
import { RETRY, type StreamsLocation } from '../streams-location.js';

/** Where streams servers list their streams, if they do. */
const REGISTRY = '/v1/stream/__registry__';

/**
 * The chats that there are: those that were named, and those that the streams
 * server lists. Servers need not list theirs.
 */
export class ChatDirectory {
  readonly #streams: StreamsLocation;
  readonly #chats = new Map<string, KnownChat>();
  readonly #named: Set<string>;
  readonly #closed = new AbortController();
  readonly #lookMs: number;
  #isListed = false;
  #problem: string | undefined;

  /** `lookMs`: after how long a server that lists nothing is asked again. */
  constructor(
    streams: StreamsLocation,
    named: readonly string[],
    lookMs = 3_000,
  ) {
    this.#streams = streams;
    this.#lookMs = lookMs;
    this.#named = new Set(named);
    for (const id of named) this.#chats.set(id, { id, createdAt: 0 });
    void this.#follow();
  }

  /** What there is now. */
  get chats(): ChatsAnswer {
    return {
      chats: [...this.#chats.values()],
      isListed: this.#isListed,
      problem: this.#problem,
    };
  }

  /** Adds a chat by its id. */
  name(id: string): void {
    this.#named.add(id);
    if (!this.#chats.has(id)) this.#chats.set(id, { id, createdAt: 0 });
  }

  close(): void {
    this.#closed.abort();
  }

  async #follow(): Promise<void> {
    const { url, headers } = this.#streams;
    const target: StreamTarget = { url: new URL(REGISTRY, url).href, headers };
    const { signal } = this.#closed;
    while (!signal.aborted) {
      try {
        const { exists } = await headStream(target, { signal, retry: RETRY });
        this.#problem = undefined;
        // Some servers make the list with the first stream.
        if (exists) await this.#read(target);
      } catch (error) {
        this.#problem = failureOf(error).message;
      }
      this.#isListed = false;
      await setTimeout(this.#lookMs, undefined, { signal }).catch(() => false);
    }
  }

  async #read(target: StreamTarget): Promise<void> {
    for (const id of this.#chats.keys()) {
      if (!this.#named.has(id)) this.#chats.delete(id);
    }
    this.#isListed = true;
    const { signal } = this.#closed;
    const retry = { ...RETRY, giveUpAfterMs: Infinity };
    const options = { offset: LOG_START, signal, retry };
    for await (const { items } of followLog(target, options)) {
      for (const item of items) this.#take(item);
    }
  }

  #take(item: unknown): void {
    // CAST: read field by field, each taken for unknown.
    const { key, value, headers } = Object(item) as Fields;
    const id = typeof key === 'string' ? this.#chatOf(key) : undefined;
    if (id === undefined) return;
    const { operation } = fieldsOf(headers);
    const { createdAt } = fieldsOf(value);
    if (operation === 'delete') {
      if (!this.#named.has(id)) this.#chats.delete(id);
    } else this.#chats.set(id, { id, createdAt: Number(createdAt) || 0 });
  }

  /** The chat whose log a listed stream is. */
  #chatOf(name: string): string | undefined {
    const base = listedName(new URL(this.#streams.url).pathname);
    const path = listedName(name);
    const start = base === '' ? '' : `${base}/`;
    if (!path.startsWith(start)) return undefined;
    const [segment = '', last, ...rest] = path.slice(start.length).split('/');
    if (last !== 'log' || rest.length > 0) return undefined;
    try {
      return decodeURIComponent(segment);
    } catch {
      return undefined;
    }
  }
}

type Fields = Readonly<Record<string, unknown>>;

// CAST: read field by field, each taken for unknown.
const fieldsOf = (value: unknown): Fields => Object(value) as Fields;

/** As registries call what stands at a path. */
const listedName = (path: string): string =>
  path.replace(/^\/?(?:v1\/stream(?:\/|$))?/, '').replace(/\/+$/, '');
