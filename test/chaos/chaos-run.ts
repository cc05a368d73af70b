import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChildServer } from './child-server.js';
import { checkEverything, type Found } from './check-everything.js';
import { fixedPort } from './fixed-port.js';
import { LEASE_MS, planFaults, REST_MS, type FaultKind } from './fault-plan.js';
import { Journal } from './journal.js';
import type { Measured } from './measured.js';
import { FaultLog, playFaults, type Servers } from './play-faults.js';
import { roundRobinProxy } from './round-robin-proxy.js';
import { planTalk, type Pace } from './talk-plan.js';
import { User } from './user.js';

export interface ChaosOptions {
  readonly seed: string;
  readonly chats: number;
  /** After each the servers come to rest, and their memory is measured. */
  readonly rounds: number;
  readonly roundMs: number;
  readonly faultEveryMs: number;
  readonly pace: Pace;
  /** A file that gets the events and errors of all app servers. */
  readonly trace?: string | undefined;
  readonly onRound?: (round: number, memory: readonly Measured[]) => void;
  /** Called at the beginning, with what is to come. */
  readonly watch?: (journal: Journal, log: FaultLog) => void;
}

export interface ChaosReport extends Found {
  readonly faults: ReadonlyMap<string, number>;
  readonly counts: Journal['counts'];
  readonly requests: number;
  /** What was done to the servers, and when. */
  readonly story: readonly string[];
  readonly elapsedMs: number;
  /** Of the app server that was never ended, after each round. */
  readonly memory: readonly Measured[];
  /** `onError`, of all app servers that live. */
  readonly errors: Readonly<Record<string, number>>;
}

const APPS = 3;

/** Lets users talk while their servers are hurt, and looks at what is left. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  await using stack = new AsyncDisposableStack();
  const servers = await startServers(stack, options.trace);
  const proxy = stack.use(
    await roundRobinProxy(() => servers.apps.map(({ url }) => url)),
  );
  const api = `${proxy.url}/api/chat`;
  const journal = new Journal();
  const log = new FaultLog();
  options.watch?.(journal, log);
  const users = Array.from(
    { length: options.chats },
    (_, index) => new User(api, `chat-${index}`, journal),
  );
  const talks = users.map(({ chatId }) =>
    planTalk(`${options.seed}/${chatId}`, options.pace),
  );
  const deck: FaultKind[] = [];
  const memory: Measured[] = [];
  const since = performance.now();
  for (let round = 0; round < options.rounds; round += 1) {
    const { roundMs: forMs, faultEveryMs: everyMs } = options;
    const seed = `${options.seed}/${round}`;
    const plan = planFaults({ seed, apps: APPS, forMs, everyMs, deck });
    const until = performance.now() + forMs;
    await Promise.all([
      playFaults(plan, servers, log),
      ...users.map(async (user, index) => {
        const talk = talks[index];
        if (talk !== undefined) await converse(user, talk, { until, journal });
      }),
    ]);
    const measured = await measureAtRest(servers.apps);
    memory.push(...measured.slice(0, 1));
    options.onRound?.(round, measured);
  }
  const elapsedMs = performance.now() - since;
  const everything = { api, users, journal, log, servers, proxy };
  const found = await checkEverything(everything);
  const measured = await Promise.all(servers.apps.map((app) => app.measure()));
  return {
    ...found,
    faults: log.counts,
    counts: journal.counts,
    story: log.story,
    requests: proxy.requests,
    elapsedMs,
    memory,
    errors: sum(measured.map(({ errors }) => errors)),
  };
}

interface Conversing {
  readonly until: number;
  readonly journal: Journal;
}

async function converse(
  user: User,
  talk: ReturnType<typeof planTalk>,
  { until, journal }: Conversing,
): Promise<void> {
  try {
    do await user.take(talk.next().value);
    while (performance.now() < until);
  } catch (error) {
    journal.problems.push(String(error));
  }
}

async function startServers(
  stack: AsyncDisposableStack,
  trace = '',
): Promise<Servers> {
  const dir = await mkdtemp(join(tmpdir(), 'chaos-'));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const store = stack.use(
    await ChildServer.start({
      script: '../chaos/streams-process.ts',
      settings: { DIR: dir, PORT: await fixedPort() },
    }),
  );
  const app = {
    script: '../chaos/app-process.ts',
    settings: {
      STREAMS_URL: store.url,
      LEASE_MS: String(LEASE_MS),
      TRACE: trace,
    },
    fork: { flags: ['--expose-gc'] },
  };
  const starting = Array.from({ length: APPS }, () => ChildServer.start(app));
  const apps = await Promise.all(starting);
  for (const one of apps) stack.use(one);
  return { apps, store };
}

/** Once what may be left of the users' last requests has come to its end. */
async function measureAtRest(
  apps: readonly ChildServer[],
): Promise<readonly Measured[]> {
  await sleep(REST_MS);
  return Promise.all(apps.map((app) => app.measure()));
}

function sum(
  all: readonly Readonly<Record<string, number>>[],
): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, count] of all.flatMap((one) => Object.entries(one))) {
    total[name] = (total[name] ?? 0) + count;
  }
  return total;
}
