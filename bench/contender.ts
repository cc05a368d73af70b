import { DefaultChatTransport, type ChatTransport, type UIMessage } from 'ai';
import type { BenchProcess } from './bench-process.js';
import { loadClient } from './built-package.js';

/** One of the two that are measured: a transport, and the app it talks to. */
export interface Contender {
  readonly transport: ChatTransport<UIMessage>;
  readonly app: BenchProcess;
}

export interface Contenders {
  readonly plain: Contender;
  readonly durable: Contender;
  readonly streams: BenchProcess;
}

/** What both came to, round by round. */
export interface Pair<T> {
  readonly plain: readonly T[];
  readonly durable: readonly T[];
}

export const apiOf = (app: BenchProcess): string => `${app.url}/api/chat`;

export async function contenders(apps: {
  readonly plain: BenchProcess;
  readonly durable: BenchProcess;
  readonly streams: BenchProcess;
}): Promise<Contenders> {
  const { DurableTransport } = await loadClient();
  const { plain, durable, streams } = apps;
  return {
    plain: {
      app: plain,
      transport: new DefaultChatTransport({ api: apiOf(plain) }),
    },
    durable: {
      app: durable,
      transport: new DurableTransport({ api: apiOf(durable) }),
    },
    streams,
  };
}

/**
 * Does the same with both, round by round and each first in every other round,
 * so that whatever else the machine does hits both alike.
 */
export async function interleave<T>(
  { plain, durable }: Contenders,
  rounds: number,
  measure: (contender: Contender) => Promise<T>,
): Promise<Pair<T>> {
  const results: { plain: T[]; durable: T[] } = { plain: [], durable: [] };
  for (let round = 0; round < rounds; round += 1) {
    const isPlainFirst = round % 2 === 0;
    if (isPlainFirst) results.plain.push(await measure(plain));
    results.durable.push(await measure(durable));
    if (!isPlainFirst) results.plain.push(await measure(plain));
  }
  return results;
}
