import { ProcessLoad } from './process-load.js';

/**
 * The time between two appends of a whole process, at the least. An append
 * costs CPU, a third of a millisecond or more, whatever it holds: at 250 a
 * second that is a twelfth of a core.
 */
const SPACING_MS = 4;

/** The same where the process has no time to spare: 50 a second. */
const BUSY_SPACING_MS = 20;

/** Up to here a process has time to spare. */
const SPARE_LOAD = 0.5;

/** No run waits longer than this for its turn, however many there are. */
const LONGEST_PAUSE_MS = 1_000;

/**
 * Spreads the appends of a process's runs: each takes the next turn that is
 * free. A few runs flush as often as they may; many flush as often as leaves
 * their readers' latency that of a few.
 */
export class FlushPace {
  readonly #load: () => number;
  #nextTurn = 0;

  /** `load`: how busy the process is, from 0 to 1. */
  constructor(load: () => number) {
    this.#load = load;
  }

  /** Takes a turn, and answers how many milliseconds it is until then. */
  pauseMs(intervalMs: number, now: number): number {
    const latest = now + Math.max(intervalMs, LONGEST_PAUSE_MS);
    // A clock that was set back must not make anybody wait.
    const free = Math.min(this.#nextTurn, latest);
    const turn = Math.max(now + intervalMs, free);
    this.#nextTurn = turn + this.#spacingMs();
    return turn - now;
  }

  #spacingMs(): number {
    const excess = Math.max(0, this.#load() - SPARE_LOAD) / (1 - SPARE_LOAD);
    return SPACING_MS + (BUSY_SPACING_MS - SPACING_MS) * excess;
  }
}

const load = new ProcessLoad();

/** All runs of a process share its cores, whichever chat endpoint they are of. */
export const processPace = new FlushPace(() => load.read());
