import { expect, vi } from 'vitest';
import {
  followLog,
  headStream,
  logTarget,
  readPages,
} from '../../src/log/index.js';
import {
  decodeRecord,
  type ChunkValue,
  type LogRecord,
  type RunValue,
} from '../../src/protocol/index.js';

/** All that stands in a chat's log, as any reader of the streams server sees it. */
export async function readLog(
  streams: { readonly url: string },
  chatId: string,
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const { items } of readPages(logTarget(streams, chatId))) {
    records.push(...items.map(decoded));
  }
  return records;
}

function decoded(item: unknown): LogRecord {
  const result = decodeRecord(item);
  if (result.kind === 'record') return result.record;
  throw new Error(`Not a record of ours: ${JSON.stringify(item)}`);
}

/** Resolves when the chat's log holds this text of an answer. */
export function untilLogged(
  streams: { readonly url: string },
  chatId: string,
  text: string,
): Promise<void> {
  return untilLog(streams, chatId, (log) => textOf(log).includes(text));
}

/** Resolves when what stands in the chat's log is as asked for. */
export async function untilLog(
  streams: { readonly url: string },
  chatId: string,
  isSo: (records: readonly LogRecord[]) => boolean,
): Promise<void> {
  const target = logTarget(streams, chatId);
  const timeout = 20_000;
  await vi.waitUntil(async () => (await headStream(target)).exists, {
    timeout,
  });
  const records: LogRecord[] = [];
  for await (const { items } of followLog(target, { offset: '-1' })) {
    records.push(...items.map(decoded));
    if (isSo(records)) return;
  }
}

/** What a log says of its runs, in the order in which they began. */
export interface LoggedRun {
  readonly id: string;
  /** Of the run records, without the repetitions of `active`. */
  readonly statuses: readonly RunValue['status'][];
  readonly text: string;
}

/**
 * Reads a log and expects of it what must hold of every log: a run's chunks
 * follow one another without a gap or a repetition, one terminal record ends
 * it, none of its chunks comes after that, and no other run's come between.
 */
export async function soundRuns(
  streams: { readonly url: string },
  chatId: string,
): Promise<LoggedRun[]> {
  const records = await readLog(streams, chatId);
  const ids = new Set(
    records.flatMap(({ type, key }) => (type === 'run' ? [key] : [])),
  );
  const runs = [...ids].map((id) => loggedRun(records, id));
  expectNoInterleaving(records);
  return runs;
}

function loggedRun(records: readonly LogRecord[], id: string): LoggedRun {
  const own = records.filter(
    (record) =>
      (record.type === 'run' && record.key === id) ||
      (record.type === 'chunk' && record.value.runId === id),
  );
  const statuses = own.flatMap((record) =>
    record.type === 'run' ? [record.value.status] : [],
  );
  const terminals = statuses.filter((status) => status !== 'active');
  expect(terminals, `terminal records of run ${id}`).toHaveLength(1);
  expect(own.at(-1)?.type, `last record of run ${id}`).toBe('run');
  const chunks: unknown[] = [];
  for (const value of chunkValues(own)) {
    expect(value.seq, `chunks of run ${id}`).toBe(chunks.length);
    chunks.push(...value.chunks);
  }
  return { id, statuses: [...new Set(statuses)], text: textOf(own) };
}

function chunkValues(records: readonly LogRecord[]): ChunkValue[] {
  return records.flatMap((record) =>
    record.type === 'chunk' ? [record.value] : [],
  );
}

function textOf(records: readonly LogRecord[]): string {
  return chunkValues(records)
    .flatMap(({ chunks }) => chunks)
    .map((chunk) => (chunk.type === 'text-delta' ? chunk['delta'] : ''))
    .join('');
}

function expectNoInterleaving(records: readonly LogRecord[]): void {
  const order = chunkValues(records).map(({ runId }) => runId);
  const changes = order.filter((id, index) => id !== order[index - 1]);
  expect(changes).toEqual([...new Set(order)]);
}
