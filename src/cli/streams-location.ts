import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import {
  blobIndexTarget,
  blobTarget,
  headStream,
  historyTarget,
  logTarget,
  type BlobPlaces,
  type ChatLog,
  type RetryPolicy,
} from '../log/index.js';
import { noSuchChat } from './failure.js';

/** The streams server that a command speaks to, under which chats live. */
export interface StreamsLocation {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Somebody sits before it: rather an error than a long wait. */
export const RETRY: RetryPolicy = {
  initialDelayMs: 100,
  maxDelayMs: 1_000,
  giveUpAfterMs: 5_000,
};

/** A URL as it is typed, to which paths can be added. */
export function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError(
      'It must be a URL such as http://127.0.0.1:4437.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError('A password goes into a header: see -H.');
  }
  if (/[?#]/.test(text)) {
    throw new InvalidArgumentError('Chats are below it: no ? and no # in it.');
  }
  return text.replace(/\/+$/, '');
}

/**
 * Adds a header as it is typed, `Name: value`; or with `@FILE` all that stand in
 * a file, so that a secret does not show among the processes.
 */
export function collectHeaders(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const lines = text.startsWith('@') ? linesOf(text.slice(1)) : [text];
  const headers = new Headers(before);
  for (const line of lines) {
    const colon = line.indexOf(':');
    try {
      if (colon < 1) throw new TypeError('It names nothing.');
      headers.set(line.slice(0, colon), line.slice(colon + 1).trim());
    } catch {
      // Without the value, which may be a secret.
      throw new InvalidArgumentError('It must be "Name: value".');
    }
  }
  return Object.fromEntries(headers);
}

function linesOf(path: string): string[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line.trim() !== '');
  } catch {
    throw new InvalidArgumentError(`The file ${path} cannot be read.`);
  }
}

/** Rejects where there is no such chat. */
export async function expectChat(
  streams: StreamsLocation,
  chatId: string,
  signal?: AbortSignal,
): Promise<void> {
  const options = { signal, retry: RETRY };
  const { exists } = await headStream(logTarget(streams, chatId), options);
  if (!exists) throw noSuchChat(chatId, streams.url);
}

export function blobPlaces(
  streams: StreamsLocation,
  chatId: string,
): BlobPlaces {
  return {
    index: blobIndexTarget(streams, chatId),
    of: (id) => blobTarget(streams, chatId, id),
  };
}

/** As the room `log` wants to know of chats. */
export function chatLogOf(streams: StreamsLocation): ChatLog {
  return {
    now: Date.now,
    requestRetry: RETRY,
    runRetry: RETRY,
    flushIntervalMs: 40,
    logOf: (chatId) => logTarget(streams, chatId),
    historyOf: (chatId) => historyTarget(streams, chatId),
    reportDamage: () => undefined,
  };
}
