import { headStream, logTarget, readPages } from '../../src/log/index.js';
import { decodeRecord, type LogRecord } from '../../src/protocol/index.js';
import { checkLog } from './check-log.js';
import { judgeLate } from './judge-late.js';
import type { FaultLog } from './play-faults.js';

/** By chat: its log, one JSON text a line. */
export type Logs = ReadonlyMap<string, string>;

/** What all logs come to; see check-log.ts and judge-late.ts. */
export interface CheckedLogs {
  readonly problems: readonly string[];
  readonly runs: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly repeats: number;
  /** Second ends of runs that were sealed as they came to their end. */
  readonly races: number;
  /** Records behind a seal in which the streams server died. */
  readonly torn: number;
  /** The messages that those are about. */
  readonly tornMessages: ReadonlySet<string>;
}

export async function readLogs(
  url: string,
  chatIds: readonly string[],
): Promise<Logs> {
  const logs = new Map<string, string>();
  for (const chatId of chatIds) {
    const items: string[] = [];
    const target = logTarget({ url }, chatId);
    // Whoever has asked nothing so far has no log.
    if (!(await headStream(target, {})).exists) continue;
    for await (const batch of readPages(target)) {
      items.push(...batch.items.map((item) => JSON.stringify(item)));
    }
    logs.set(chatId, items.join('\n'));
  }
  return logs;
}

export function checkLogs(logs: Logs, log: FaultLog): CheckedLogs {
  const problems: string[] = [];
  const ends: Record<string, number> = {};
  const tornMessages = new Set<string>();
  let [runs, repeats, races, torn] = [0, 0, 0, 0];
  for (const [chatId, text] of logs) {
    const checked = checkLog(recordsOf(text));
    problems.push(...checked.problems.map((what) => `${chatId}: ${what}`));
    runs += checked.runs;
    repeats += checked.repeats;
    for (const late of checked.late) {
      const lateness = judgeLate(late, log);
      if (lateness === 'race') races += 1;
      else if (lateness === 'torn') torn += 1;
      if (lateness === 'torn') tornMessages.add(late.messageId);
      if (lateness !== 'zombie') continue;
      const { status, at } = late.end;
      problems.push(`${chatId}: zombie: ${late.what} after ${status} at ${at}`);
    }
    for (const [end, count] of Object.entries(checked.ends)) {
      ends[end] = (ends[end] ?? 0) + count;
    }
  }
  if (repeats > 0 && log.tears.length === 0) {
    problems.push(`${repeats} records twice, and no streams server has died`);
  }
  return { problems, runs, ends, repeats, races, torn, tornMessages };
}

function recordsOf(text: string): LogRecord[] {
  return text.split('\n').map((line) => {
    const decoded = decodeRecord(JSON.parse(line));
    if (decoded.kind === 'record') return decoded.record;
    throw new Error(`Not a record of ours: ${line}`);
  });
}
