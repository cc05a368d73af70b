import {
  followLog,
  logTarget,
  readPages,
  type LogBatch,
} from '../log/index.js';
import { LOG_START } from '../protocol/index.js';
import { describeRecord } from './describe-record.js';
import { isoTime } from './iso-time.js';
import { offsetOfItem, withoutOffset } from './offset-of-item.js';
import type { Io, Output } from './output.js';
import { plainText } from './plain-text.js';
import { expectChat, RETRY, type StreamsLocation } from './streams-location.js';

export interface TailOptions {
  readonly chatId: string;
  /** An offset as `tail` shows them. Default: from the start. */
  readonly from?: string | undefined;
  /** Whether to wait for more. */
  readonly follow: boolean;
}

/** Shows a chat's records as they arrive, until the signal fires. */
export async function tail(
  streams: StreamsLocation,
  { chatId, from = LOG_START, follow }: TailOptions,
  { output, signal }: Io,
): Promise<void> {
  await expectChat(streams, chatId, signal);
  const target = logTarget(streams, chatId);
  let offset = from;
  const batches = follow
    ? followLog(target, {
        offset,
        signal,
        // It was there just now: it will come back.
        retry: { ...RETRY, giveUpAfterMs: Infinity },
        onReconnect: () =>
          output.note(`Connection lost; goes on after ${offset}.`),
      })
    : readPages(target, { offset, signal, retry: RETRY });
  for await (const batch of batches) {
    for (const item of batch.items) await show(item, batch, output);
    offset = batch.offset;
  }
}

async function show(
  item: unknown,
  batch: LogBatch,
  output: Output,
): Promise<void> {
  const offset = offsetOfItem(item, batch);
  const line = output.json ? '' : lineOf(offset, item);
  await output.result(line, { offset, record: withoutOffset(item) });
}

function lineOf(offset: string, item: unknown): string {
  const { type, key, actor = '-', at, summary } = describeRecord(item);
  const time = isoTime(at) ?? '-';
  const fields = [offset, time.padEnd(24), type.padEnd(8), actor, key, summary];
  return plainText(fields.join('  '));
}
