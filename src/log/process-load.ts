interface LoopTimes {
  /** Milliseconds since the process began: waiting, and at work. */
  readonly idle: number;
  readonly active: number;
}

/** What Node's `performance` has beyond the web's. */
interface NodePerformance {
  readonly eventLoopUtilization?: () => LoopTimes;
}

/** For so long a reading stands: a shorter time says little. */
const WINDOW_MS = 200;

/**
 * How busy the event loop of this process was of late, from 0 to 1. Where the
 * runtime does not tell, it counts as idle.
 */
export class ProcessLoad {
  #from: LoopTimes = { idle: 0, active: 0 };
  #share = 0;

  read(): number {
    // CAST: looked up, not taken for granted.
    const { performance } = globalThis as { performance: NodePerformance };
    const { idle, active } = performance.eventLoopUtilization?.() ?? this.#from;
    const atWork = active - this.#from.active;
    const whole = idle - this.#from.idle + atWork;
    // Nor is it a number everywhere.
    if (!(whole >= WINDOW_MS)) return this.#share;
    this.#from = { idle, active };
    this.#share = atWork / whole;
    return this.#share;
  }
}
