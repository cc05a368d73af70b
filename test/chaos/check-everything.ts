import { setTimeout as sleep } from 'node:timers/promises';
import { logTarget, readPages } from '../../src/log/index.js';
import { decodeRecord, type LogRecord } from '../../src/protocol/index.js';
import { CLOCK_SKEW_MS } from '../../src/protocol/is-dead.js';
import { checkChat } from './check-chat.js';
import { checkLog } from './check-log.js';
import { LEASE_MS } from './fault-plan.js';
import type { Claim, Journal } from './journal.js';
import type { FaultLog, Servers } from './play-faults.js';
import { Tab } from './tab.js';
import type { User } from './user.js';

export interface Everything {
  readonly api: string;
  readonly users: readonly User[];
  readonly journal: Journal;
  readonly log: FaultLog;
  readonly servers: Servers;
}

interface Found {
  readonly problems: readonly string[];
  readonly runs: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly repeats: number;
  readonly laterEnds: number;
  readonly unstored: number;
  /** By chat: its log, a record a line. */
  readonly logs: ReadonlyMap<string, string>;
}

/** What a page is told may be late, on a busy machine, and an outage may last. */
const LAG_MS = 10_000;
/** So long a writer goes on trying to store what has ended. */
const PATIENCE_MS = 30_000;

/** Looks at every chat: its log, what `load` says, and what its pages show. */
export async function checkEverything(every: Everything): Promise<Found> {
  const { journal, servers, users } = every;
  // Whoever looks now finds a writer that died silent past its lease.
  await sleep(LEASE_MS + CLOCK_SKEW_MS + 500);
  const [unsure, sure] = divide(journal.claims, every.log);
  const problems = [...journal.problems];
  for (const user of users) {
    problems.push(...(await checkPages(every, user, sure)));
  }
  const unstored = await countUnstored(every, unsure);
  const before = await readLogs(every);
  // What was confirmed is on the disk, not in the memory of a process.
  await servers.store.end('SIGKILL');
  await servers.store.restart();
  const after = await readLogs(every);
  const ends: Record<string, number> = {};
  let [runs, repeats, laterEnds] = [0, 0, 0];
  for (const [chatId, text] of after) {
    if (before.get(chatId) !== text) {
      problems.push(`${chatId}: the log is another after a restart`);
    }
    const checked = checkLog(recordsOf(text));
    problems.push(...checked.problems.map((what) => `${chatId}: ${what}`));
    runs += checked.runs;
    repeats += checked.repeats;
    laterEnds += checked.laterEnds;
    for (const [end, count] of Object.entries(checked.ends)) {
      ends[end] = (ends[end] ?? 0) + count;
    }
  }
  return { problems, runs, ends, repeats, laterEnds, unstored, logs: after };
}

async function checkPages(
  { api }: Everything,
  user: User,
  claims: readonly Claim[],
): Promise<string[]> {
  const { chatId, main } = user;
  const shown = main.messages;
  try {
    const reopened = await Tab.open(api, chatId);
    const loaded = reopened.messages;
    await reopened.resume();
    const own = claims.filter((claim) => claim.chatId === chatId);
    const seen = { chatId, loaded, shown, claims: own };
    const problems = checkChat({ ...seen, reopened: reopened.messages });
    reopened.close();
    user.leave();
    return problems;
  } catch (error) {
    return [`${chatId}: cannot be read: ${String(error)}`];
  }
}

/**
 * Those that no other reader has seen while servers were away, for `[DONE]` waits
 * for the store a second at most: where the one that has them dies before the
 * store is back, no copy is left. And all others, which may not be lost.
 */
function divide(
  claims: readonly Claim[],
  { losses }: FaultLog,
): readonly [Claim[], Claim[]] {
  const isUnsure = ({ at, isConfirmed }: Claim): boolean =>
    !isConfirmed &&
    losses.some((loss) => at - LAG_MS <= loss && loss <= at + PATIENCE_MS);
  return [claims.filter(isUnsure), claims.filter((one) => !isUnsure(one))];
}

async function countUnstored(
  { api }: Everything,
  unsure: readonly Claim[],
): Promise<number> {
  let count = 0;
  for (const claim of unsure) {
    const tab = await Tab.open(api, claim.chatId);
    const { chatId, messages: loaded } = { ...claim, messages: tab.messages };
    const seen = { chatId, loaded, shown: loaded, reopened: loaded };
    count += checkChat({ ...seen, claims: [claim] }).length;
    tab.close();
  }
  return count;
}

/** Each chat's log, as one JSON text a line. */
async function readLogs({
  users,
  servers,
}: Everything): Promise<Map<string, string>> {
  const logs = new Map<string, string>();
  for (const { chatId } of users) {
    const items: string[] = [];
    const target = logTarget({ url: servers.store.url }, chatId);
    for await (const batch of readPages(target)) {
      items.push(...batch.items.map((item) => JSON.stringify(item)));
    }
    logs.set(chatId, items.join('\n'));
  }
  return logs;
}

function recordsOf(text: string): LogRecord[] {
  return text.split('\n').map((line) => {
    const decoded = decodeRecord(JSON.parse(line));
    if (decoded.kind === 'record') return decoded.record;
    throw new Error(`Not a record of ours: ${line}`);
  });
}
