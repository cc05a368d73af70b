/**
 * The time between two appends of a whole process, at the least. An append
 * through `fetch` costs a third of a millisecond of CPU, whatever it holds: at
 * 250 a second that is a twelfth of a core.
 */
const SPACING_MS = 4;

/** No run waits longer than this for its turn, however many there are. */
const LONGEST_PAUSE_MS = 1_000;

/**
 * Spreads the appends of a process's runs: each takes the next turn that is
 * free. A few runs flush as often as they may; fifty flush five times a second
 * each, and their readers' latency stays that of a few.
 */
export class FlushPace {
  #nextTurn = 0;

  /** Takes a turn, and answers how many milliseconds it is until then. */
  pauseMs(intervalMs: number, now: number): number {
    const latest = now + Math.max(intervalMs, LONGEST_PAUSE_MS);
    // A clock that was set back must not make anybody wait.
    const free = Math.min(this.#nextTurn, latest);
    const turn = Math.max(now + intervalMs, free);
    this.#nextTurn = turn + SPACING_MS;
    return turn - now;
  }
}

/** All runs of a process share its cores, whichever chat endpoint they are of. */
export const processPace = new FlushPace();
