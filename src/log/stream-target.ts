import { DurableChatError } from '../protocol/index.js';
import type { RequestWatch } from './request-watch.js';

/** Headers, or a function that is asked anew for every single request. */
export type HeadersSource =
  | HeadersInit
  | (() => HeadersInit | Promise<HeadersInit>);

/** One durable stream, and how to reach it. */
export interface StreamTarget {
  readonly url: string;
  readonly headers?: HeadersSource | undefined;
  /**
   * Default: the global `fetch`, looked up at each request; in Node `lightFetch`,
   * where the answer is read at once.
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly watch?: RequestWatch | undefined;
}

/** The place under which all chats' streams live. */
export interface StreamsLocation {
  /** With or without a trailing slash. */
  readonly url: string;
  readonly headers?: HeadersSource | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The chat's log, `{streams.url}/{chatId}/log`. Throws `invalid-chat-id`. */
export function logTarget(
  streams: StreamsLocation,
  chatId: string,
): StreamTarget {
  return targetUnder(streams, chatId, 'log');
}

/** The chat's history, `{streams.url}/{chatId}/history`. Throws `invalid-chat-id`. */
export function historyTarget(
  streams: StreamsLocation,
  chatId: string,
): StreamTarget {
  return targetUnder(streams, chatId, 'history');
}

/** A large part, `{streams.url}/{chatId}/blobs/{id}`. Throws `invalid-chat-id`. */
export function blobTarget(
  streams: StreamsLocation,
  chatId: string,
  id: string,
): StreamTarget {
  return targetUnder(streams, chatId, `blobs/${id}`);
}

/** What large parts a chat has. No blob's id looks like this. */
export function blobIndexTarget(
  streams: StreamsLocation,
  chatId: string,
): StreamTarget {
  return targetUnder(streams, chatId, 'blobs/index');
}

function targetUnder(
  { url, headers, fetch }: StreamsLocation,
  chatId: string,
  name: string,
): StreamTarget {
  const base = url.endsWith('/') ? url.slice(0, -1) : url;
  return {
    url: `${base}/${pathSegment(chatId)}/${name}`,
    headers,
    fetch,
  };
}

/**
 * A URL parser walks up at `..` and at `%2e%2e` alike, so these ids would name
 * another chat's stream however they were escaped.
 */
const UNUSABLE = new Set(['', '.', '..']);

function pathSegment(chatId: string): string {
  if (UNUSABLE.has(chatId)) throw unusable(chatId);
  try {
    return encodeURIComponent(chatId);
  } catch (cause) {
    // A lone surrogate.
    throw unusable(chatId, cause);
  }
}

function unusable(chatId: string, cause?: unknown): DurableChatError {
  return new DurableChatError(
    'invalid-chat-id',
    `${JSON.stringify(chatId)} cannot be a chat id: it becomes a segment of a URL's path, so it must be well-formed text other than "", "." and "..".`,
    { status: 400, cause },
  );
}
