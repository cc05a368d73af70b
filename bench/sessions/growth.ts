import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { loadSession } from '../contenders/built-package.js';
import { median } from '../report/statistics.js';
import { SessionWire } from '../../test/support/session-wire.js';
import { Follower } from './follower.js';
import { ask, type SessionApp } from './session-app.js';

/** Microseconds of CPU for a chunk, when the session has so many. */
export interface Growth {
  readonly at1000: number;
  readonly at20000: number;
}

const WINDOW = 1_000;
const CHUNKS = 20_000;
const ROUNDS = 9;

/** Of a page that shows one answer, which comes in chunk by chunk. */
export async function clientGrowth(): Promise<Growth> {
  const { DurableSession } = await loadSession();
  const rounds: Growth[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const wire = new SessionWire();
    const session = new DurableSession({
      api: 'http://localhost/api/chat',
      chatId: 'chat',
      deviceId: null,
      fetch: wire.fetch,
    });
    const leave = session.subscribe(() => session.getSnapshot());
    const answer = wire.begin();
    const costs: number[] = [];
    for (let chunks = 0; chunks < CHUNKS; chunks += WINDOW) {
      const before = process.cpuUsage();
      for (let chunk = 0; chunk < WINDOW; chunk += 1) {
        answer.say(['word ']);
        await setImmediate();
      }
      costs.push(sumOf(process.cpuUsage(before)) / WINDOW);
    }
    leave();
    session.close();
    // The first window comes after the session's opening.
    rounds.push({ at1000: costs[1] ?? NaN, at20000: costs.at(-1) ?? NaN });
  }
  return typical(rounds);
}

/** Of the server, whose agent says 1,000 chunks a turn in one session. */
export async function serverGrowth({ app, open }: SessionApp): Promise<Growth> {
  const rounds: Growth[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    using follower = new Follower(open(randomUUID()));
    await follower.connected;
    const costs: number[] = [];
    for (let chunks = 0; chunks < CHUNKS + WINDOW; chunks += WINDOW) {
      const before = await app.cpu();
      const answered = follower.nextAnswer();
      await ask(follower.session, { tokens: WINDOW, everyMs: 0 });
      await answered;
      costs.push(((await app.cpu()) - before) / WINDOW);
    }
    rounds.push({ at1000: costs[1] ?? NaN, at20000: costs.at(-1) ?? NaN });
  }
  return typical(rounds);
}

const sumOf = ({ user, system }: NodeJS.CpuUsage): number => user + system;

/** The first round is for the compilers. */
function typical([, ...rounds]: readonly Growth[]): Growth {
  return {
    at1000: median(rounds.map(({ at1000 }) => at1000)),
    at20000: median(rounds.map(({ at20000 }) => at20000)),
  };
}
