import { readUIMessageStream, type UIMessage } from 'ai';
import { vi } from 'vitest';
import {
  applyLogRecord,
  applyToMessageList,
  chatMessage,
  createEventDecoder,
  decodeRecord,
  emptyChatState,
  emptyMessageList,
  messageFolder,
  type LogRecord,
  type PresenceValue,
  type ServerSentEvent,
} from '../../src/protocol/index.js';

export interface SessionTabOptions {
  readonly api: string;
  readonly chatId: string;
  /** The query: `deviceId`, `name`. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A reader of `GET /session` that believes the protocol and nothing else. */
export class SessionTab {
  readonly events: ServerSentEvent[] = [];
  readonly records: LogRecord[] = [];
  /** The app's own records, by `{type} {key}`. */
  readonly app = new Map<string, unknown>();
  readonly status: number;
  /** Resolves when the body has ended. */
  readonly ended: Promise<void>;
  actorId: string | undefined;
  comments = 0;
  readonly #abort: AbortController;
  #chat = emptyChatState();
  #list = emptyMessageList;
  readonly #presence = new Map<string, PresenceValue>();

  static async open(options: SessionTabOptions): Promise<SessionTab> {
    const { api, chatId, query = {}, headers = {} } = options;
    const abort = new AbortController();
    const asked = new URLSearchParams(query);
    const url = `${api}/${encodeURIComponent(chatId)}/session?${asked}`;
    const response = await fetch(url, { headers, signal: abort.signal });
    return new SessionTab(response, abort);
  }

  private constructor(response: Response, abort: AbortController) {
    this.status = response.status;
    this.#abort = abort;
    this.ended = this.#read(response).catch(() => undefined);
  }

  get lastEventId(): string {
    return this.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  }

  /** The ids of the conversation, in its order. */
  get order(): readonly string[] {
    return this.#list.messages.map(({ id }) => id);
  }

  get present(): readonly PresenceValue[] {
    const live = [...this.#presence.values()];
    return live.filter(
      ({ status, expiresAt }) => status !== 'offline' && expiresAt > Date.now(),
    );
  }

  runs(): readonly { id: string; status: string; messageId: string }[] {
    return [...this.#chat.runs.values()].map(({ value, status }) => ({
      id: value.id,
      messageId: value.messageId,
      status,
    }));
  }

  async messages(): Promise<UIMessage[]> {
    const fold = messageFolder(readUIMessageStream);
    const messages: UIMessage[] = [];
    for (const id of this.order) {
      const message = await chatMessage(this.#chat, id, fold);
      if (message !== undefined) messages.push(message);
    }
    return messages;
  }

  /** `{id}: {text}` of every message. */
  async texts(): Promise<string[]> {
    const messages = await this.messages();
    return messages.map(({ parts }) =>
      parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    );
  }

  /** Resolves when this tab has seen what is asked for. */
  async until(
    isSo: (tab: this) => boolean | Promise<boolean>,
    timeout = 20_000,
  ): Promise<void> {
    await vi.waitUntil(() => isSo(this), { timeout, interval: 20 });
  }

  untilIdle(runs: number): Promise<void> {
    return this.until((tab) => {
      const all = tab.runs();
      const ended = all.filter(({ status }) => status !== 'active');
      return all.length === runs && ended.length === runs;
    });
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #read(response: Response): Promise<void> {
    const feed = createEventDecoder((event) => this.#take(event));
    const reader = response.body?.getReader();
    if (response.status !== 200 || reader === undefined) return;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (new TextDecoder().decode(value).startsWith(':')) this.comments += 1;
      feed(value);
    }
  }

  #take(event: ServerSentEvent): void {
    this.events.push(event);
    if (event.event === 'end') return;
    const data: unknown = JSON.parse(event.data);
    if (event.event === 'snapshot') this.#begin(data);
    else this.#apply(data);
  }

  #begin(data: unknown): void {
    this.#chat = emptyChatState();
    this.#list = emptyMessageList;
    this.#presence.clear();
    this.app.clear();
    if (typeof data !== 'object' || data === null) return;
    if ('actorId' in data) this.actorId = String(data.actorId);
    if ('records' in data) this.#apply(data.records);
  }

  #apply(items: unknown): void {
    if (!Array.isArray(items)) throw new Error('Not a list of records.');
    for (const item of items) {
      const { type } = item;
      const decoded = decodeRecord(item, new Set([type]));
      if (decoded.kind === 'record') this.#applyRecord(decoded.record);
      if (decoded.kind !== 'app') continue;
      const { key, value, headers } = decoded.record;
      if (headers.operation === 'delete') this.app.delete(`${type} ${key}`);
      else this.app.set(`${type} ${key}`, value);
    }
  }

  #applyRecord(record: LogRecord): void {
    this.records.push(record);
    applyLogRecord(this.#chat, record);
    this.#list = applyToMessageList(this.#list, record);
    if (record.type !== 'presence') return;
    if (record.value === undefined) this.#presence.delete(record.key);
    else this.#presence.set(record.key, record.value);
  }
}
