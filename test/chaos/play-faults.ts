import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildServer } from './child-server.js';
import { CRASH_PATIENCE_MS, nameOf, type Fault } from './fault-plan.js';

export interface Servers {
  readonly apps: readonly ChildServer[];
  readonly store: ChildServer;
}

export interface Loss {
  readonly url: string;
  /** `performance.now()` */
  readonly at: number;
}

/** What was done to the servers, as it came. */
export class FaultLog {
  /** How often, by the fault's name. */
  readonly counts = new Map<string, number>();
  /** App servers that were ended, or suspended beyond the lease. */
  readonly losses: Loss[] = [];
  /** When the streams server went (`Date.now()`). */
  readonly storeDeaths: number[] = [];
  /** Those that may have left records without the note of who wrote them. */
  readonly tears: number[] = [];
  /** What happened to whom, and when. */
  readonly story: string[] = [];

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  tell(what: string): void {
    this.story.push(`${Date.now()} ${what}`);
  }
}

/** Plays a plan, each fault at its time; resolves when all servers are back. */
export async function playFaults(
  plan: readonly Fault[],
  servers: Servers,
  log: FaultLog,
): Promise<void> {
  const since = performance.now();
  const hurt = new Set<ChildServer>();
  const played = plan.map(async (fault) => {
    await sleep(Math.max(0, since + fault.atMs - performance.now()));
    const app = servers.apps[fault.app];
    const server = fault.on === 'app' ? app : servers.store;
    // On a busy machine the fault before may take longer than was planned.
    if (server === undefined || hurt.has(server)) return;
    hurt.add(server);
    await server.isReplaceable;
    if (fault.on === 'app') await hurtApp(fault, server, log);
    else await hurtStore(fault, server, log);
    hurt.delete(server);
  });
  await Promise.all(played);
}

async function hurtApp(
  fault: Fault & { readonly on: 'app' },
  app: ChildServer,
  log: FaultLog,
): Promise<void> {
  log.count(nameOf(fault));
  log.tell(`${nameOf(fault)}, ${fault.app}`);
  const { url } = app;
  if (fault.how !== 'pause') log.losses.push({ url, at: performance.now() });
  if (fault.how === 'kill') {
    await app.end('SIGKILL');
    await sleep(fault.forMs);
    await app.restart();
    return log.tell(`app server ${fault.app} is back`);
  }
  app.suspend();
  await sleep(fault.forMs);
  app.resume();
  log.tell(`app server ${fault.app} goes on`);
}

async function hurtStore(
  fault: Fault & { readonly on: 'store' },
  store: ChildServer,
  log: FaultLog,
): Promise<void> {
  const done =
    fault.how === 'crash' && (await store.crash(fault.at, CRASH_PATIENCE_MS));
  await store.end(fault.how === 'stop' ? 'SIGTERM' : 'SIGKILL');
  // Where nothing was written in which it could crash.
  const isPlain = fault.how === 'crash' && !done;
  const name = nameOf(isPlain ? { on: 'store', how: 'kill' } : fault);
  log.count(name);
  log.tell(name);
  log.storeDeaths.push(Date.now());
  // Whatever it was about to write, to any chat.
  if (fault.how !== 'stop') log.tears.push(Date.now());
  await sleep(fault.forMs);
  await store.restart();
  log.tell('the streams server is back');
}
