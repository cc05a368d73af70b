import type { ChatTransport, UIMessage } from 'ai';
import type { AppArguments } from '../servers/app-setting.js';
import type { BenchProcess } from './bench-process.js';
import type { Store } from './store.js';

export type ContenderName = Exclude<AppArguments['kind'], 'session'>;
export type Transport = ChatTransport<UIMessage>;

/** The order of the table's columns. */
export const CONTENDER_NAMES: readonly ContenderName[] = [
  'plain',
  'durable',
  'aisdk-transport',
  'resumable-stream',
];

/** One of those that are measured: a transport, and the app it talks to. */
export interface Contender {
  readonly name: ContenderName;
  readonly transport: Transport;
  readonly app: BenchProcess;
  /** Plain has none. */
  readonly store: Store | undefined;
  /** The transport of a page that was just opened. */
  openPage(app?: BenchProcess): Transport;
  /** One more instance of the app, on the same store. */
  startApp(
    options?: Pick<AppArguments, 'flushIntervalMs' | 'watchMemory'>,
  ): Promise<BenchProcess>;
}

export const apiOf = (app: BenchProcess): string => `${app.url}/api/chat`;

/** The same contender, but with another instance of its app. */
export function withApp(contender: Contender, app: BenchProcess): Contender {
  return { ...contender, app, transport: contender.openPage(app) };
}

/** Those that can give an answer to a second reader. */
export function resumable(contenders: readonly Contender[]): Contender[] {
  return contenders.filter(({ name }) => name !== 'plain');
}

export function durableOf(
  contenders: readonly Contender[],
): Contender | undefined {
  return contenders.find(({ name }) => name === 'durable');
}

/** What each came to, round by round. */
export type Rounds<T> = ReadonlyMap<ContenderName, readonly T[]>;

/**
 * Does the same with all, round by round and each round with another one
 * first, so that whatever else the machine does hits all alike.
 */
export async function interleave<T>(
  contenders: readonly Contender[],
  rounds: number,
  measure: (contender: Contender) => Promise<T>,
): Promise<Rounds<T>> {
  const results = new Map<ContenderName, T[]>(
    contenders.map(({ name }) => [name, []]),
  );
  for (let round = 0; round < rounds; round += 1) {
    const first = round % contenders.length;
    const order = [...contenders.slice(first), ...contenders.slice(0, first)];
    for (const contender of order) {
      results.get(contender.name)?.push(await measure(contender));
    }
  }
  return results;
}
