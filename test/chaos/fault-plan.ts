import { seededRandom } from '../support/seeded-random.js';
import type { CrashPoint } from './crash-in-append.js';

/** For the app servers of the chaos: short, so that a run sees many ends. */
export const LEASE_MS = 5_000;
/** The lease, the skew of the clocks (5 s), and a little more. */
const LONG_AFTER_LEASE_MS = 11_000;
/** After a round. What is idle is closed by then: sockets, looks that wait. */
export const REST_MS = 7_000;
/** How long to wait for an append in which the store is to crash. */
export const CRASH_PATIENCE_MS = 6_000;

export type FaultKind =
  | { readonly on: 'app'; readonly how: 'kill' | 'pause' | 'long-pause' }
  | { readonly on: 'store'; readonly how: 'stop' | 'kill' }
  | { readonly on: 'store'; readonly how: 'crash'; readonly at: CrashPoint };

export type Fault = FaultKind & {
  /** From the start of the plan. */
  readonly atMs: number;
  /** How long the process is away. */
  readonly forMs: number;
  /** Which app server. */
  readonly app: number;
};

export interface FaultPlanOptions {
  readonly seed: string;
  /** The first is suspended, but never ended: its memory is to be compared. */
  readonly apps: number;
  readonly forMs: number;
  /** Between two faults, on average. */
  readonly everyMs: number;
  /** What of the kinds is still to come; taken from, and filled up again. */
  readonly deck: FaultKind[];
}

const crash = (
  record: CrashPoint['record'],
  moment: CrashPoint['moment'],
): FaultKind => ({ on: 'store', how: 'crash', at: { record, moment } });

const KILL: FaultKind = { on: 'app', how: 'kill' };
const PAUSE: FaultKind = { on: 'app', how: 'pause' };

/** One of each before any comes again. */
export const FAULT_KINDS: readonly FaultKind[] = [
  { on: 'app', how: 'long-pause' },
  KILL,
  crash('chunk', 'before-producer-state'),
  { on: 'store', how: 'kill' },
  PAUSE,
  { on: 'store', how: 'stop' },
  crash('end', 'before-producer-state'),
  KILL,
  crash('seal', 'before-producer-state'),
  crash('start', 'before-producer-state'),
  PAUSE,
  crash('chunk', 'before-answer'),
  crash('seal', 'before-answer'),
  KILL,
  crash('end', 'before-answer'),
  crash('start', 'before-answer'),
];

export function nameOf(kind: FaultKind): string {
  if (kind.on === 'app') return `app server: ${APP_NAMES[kind.how]}`;
  if (kind.how !== 'crash') return `streams server: ${STORE_NAMES[kind.how]}`;
  const { record, moment } = kind.at;
  return `streams server: dies in the append of a ${record}, ${moment.replaceAll('-', ' ')}`;
}

const APP_NAMES = {
  kill: 'SIGKILL',
  pause: 'SIGSTOP within the lease',
  'long-pause': 'SIGSTOP beyond the lease',
};
const STORE_NAMES = { stop: 'SIGTERM', kill: 'SIGKILL' };

/**
 * Which process is away when, and how: the same for the same options and deck. At least
 * one app server is always there, and a process is not hurt while it is away.
 */
export function planFaults(options: FaultPlanOptions): readonly Fault[] {
  const { seed, apps, forMs, everyMs, deck } = options;
  const random = seededRandom(seed);
  const freeFrom = Array.from({ length: apps }, () => 0);
  let storeFreeFrom = 0;
  const faults: Fault[] = [];
  for (let atMs = 0; atMs < forMs; atMs += everyMs * (0.5 + random())) {
    if (deck.length === 0) deck.push(...FAULT_KINDS);
    const free = freeFrom.flatMap((from, app) => (from <= atMs ? [app] : []));
    const place = deck.findIndex((kind) =>
      kind.on === 'store'
        ? storeFreeFrom <= atMs
        : free.length > 1 && (kind.how !== 'kill' || free.some(Boolean)),
    );
    const [kind] = place < 0 ? [] : deck.splice(place, 1);
    if (kind === undefined) continue;
    const able = kind.how === 'kill' ? free.filter(Boolean) : free;
    const app = able[Math.floor(random() * able.length)] ?? 0;
    const away = Math.round(awayMs(kind, random()));
    faults.push({ ...kind, atMs: Math.round(atMs), forMs: away, app });
    // A process takes its time to start.
    const patience = kind.how === 'crash' ? CRASH_PATIENCE_MS : 2_000;
    if (kind.on === 'store') storeFreeFrom = atMs + away + patience;
    else freeFrom[app] = atMs + away + patience;
  }
  return faults;
}

function awayMs(kind: FaultKind, random: number): number {
  if (kind.how === 'long-pause') return LONG_AFTER_LEASE_MS + 1_500 * random;
  if (kind.how === 'pause') return 500 + (LEASE_MS - 2_000) * random;
  return 200 + 1_800 * random;
}
