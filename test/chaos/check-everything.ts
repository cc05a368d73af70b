import { setTimeout as sleep } from 'node:timers/promises';
import { CLOCK_SKEW_MS } from '../../src/protocol/is-dead.js';
import { checkChat } from './check-chat.js';
import {
  checkLogs,
  readLogs,
  type CheckedLogs,
  type Logs,
} from './check-logs.js';
import { LEASE_MS, REST_MS } from './fault-plan.js';
import type { Claim, Journal } from './journal.js';
import type { FaultLog, Servers } from './play-faults.js';
import type { RoundRobinProxy } from './round-robin-proxy.js';
import { Tab } from './tab.js';
import type { User } from './user.js';

export interface Everything {
  readonly api: string;
  readonly users: readonly User[];
  readonly journal: Journal;
  readonly log: FaultLog;
  readonly servers: Servers;
  readonly proxy: RoundRobinProxy;
}

export interface Found extends CheckedLogs {
  /** Answers that a page has shown to their end, and that had to be whole. */
  readonly sure: number;
  /** Those that were not: their server was lost, or a stop was stored first. */
  readonly unstored: number;
  readonly logs: Logs;
}

/** So much later a page may be told, or a writer get through to the store. */
const LAG_MS = 10_000;

/** Looks at every chat: its log, what `load` says, and what its pages show. */
export async function checkEverything(every: Everything): Promise<Found> {
  const { journal, log, servers, users } = every;
  const chatIds = users.map(({ chatId }) => chatId);
  // Whoever looks now finds a writer that died silent past its lease.
  await sleep(LEASE_MS + CLOCK_SKEW_MS + 500 - REST_MS);
  const early = checkLogs(await readLogs(servers.store.url, chatIds), log);
  const [unsure, sure] = divide(every, early.tornMessages);
  const problems = [...journal.problems];
  for (const user of users) {
    problems.push(...(await checkPages(every, user, sure)));
  }
  const unstored = await countUnstored(every, unsure);
  const before = await readLogs(servers.store.url, chatIds);
  // What was confirmed is on the disk, not in the memory of a process.
  await servers.store.end('SIGKILL');
  await servers.store.restart();
  const logs = await readLogs(servers.store.url, chatIds);
  for (const chatId of chatIds) {
    if (before.get(chatId) === logs.get(chatId)) continue;
    problems.push(`${chatId}: the log is another after a restart`);
  }
  const checked = checkLogs(logs, log);
  problems.push(...checked.problems);
  return { ...checked, problems, sure: sure.length, unstored, logs };
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
 * Those that no other reader has seen when a server was lost that wrote them: for
 * `[DONE]` waits for the store a second at most, and where the one that has the
 * rest goes before it is stored, no copy is left. With them those that the user
 * stopped, where the stop was stored first, and those whose seal was torn. And all
 * others, which may not be lost, whatever befell the store.
 */
function divide(
  { journal, log, proxy }: Everything,
  tornMessages: ReadonlySet<string>,
): readonly [Claim[], Claim[]] {
  const isUnsure = (claim: Claim): boolean => {
    const { at, isConfirmed, messageId, wasStopped } = claim;
    if (isConfirmed) return false;
    if (wasStopped) return true;
    const writers = proxy.writersOf(messageId);
    const wasLost = log.losses.some(
      (loss) => writers.has(loss.url) && Math.abs(loss.at - at) < LAG_MS,
    );
    return wasLost || tornMessages.has(messageId);
  };
  const { claims } = journal;
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
    count += checkChat({ ...seen, claims: [claim] }).length > 0 ? 1 : 0;
    tab.close();
  }
  return count;
}
