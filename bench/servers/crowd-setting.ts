/** What a process with many clients is told at its start. */
export interface Crowd {
  /** Origin of the app. */
  readonly url: string;
  readonly clients: number;
  /** How many connect at the same time. */
  readonly atOnce: number;
  /** What each of them sends first; `#` stands for its number. */
  readonly request: string;
  /** What comes after that: texts, each so many times. */
  readonly filling?: readonly (readonly [text: string, times: number])[];
  /** What follows every second, for as long as the app listens. */
  readonly drip?: string;
  /** Whether they read what comes; the others stop at the first piece. */
  readonly reads: boolean;
}

/** What became of the clients so far. */
export interface CrowdNews {
  readonly connected: number;
  readonly closed: number;
  /** How often each status came. */
  readonly statuses: Readonly<Record<string, number>>;
  /**
   * By token, in order: how many got it, and how late the last of them was, in
   * milliseconds.
   */
  readonly tokens: readonly {
    readonly count: number;
    readonly lateMs: number;
  }[];
}
