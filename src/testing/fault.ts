/**
 * Where a response's body breaks off: after that many bytes of it, or right
 * after that many server-sent events (a frame ends with an empty line).
 */
export type BreakPoint =
  | { readonly afterBytes: number }
  | { readonly afterFrames: number };

/**
 * What happens to one request. Faults are data, the same for
 * {@link faultyFetch}, {@link cuttingProxy} and {@link startStreams}.
 *
 * - `pass`: nothing is wrong.
 * - `network-error`: the request never reaches the server. In `faultyFetch`
 *   a `TypeError` with `message` (see {@link networkErrorMessages}); on a real
 *   socket a reset.
 * - `status`: answered with this status; the server never sees the request.
 * - `lose-response`: the server does all of the work, its answer is lost.
 * - `cut`: the body breaks off with an error (a reset).
 * - `end`: the body ends early, as if it were complete: a clean EOF.
 * - `stall`: no more bytes, and no end either: a half-open socket.
 * - `delay`: `next` (or nothing) happens after `ms` milliseconds.
 */
export type Fault =
  | { readonly kind: 'pass' }
  | { readonly kind: 'network-error'; readonly message?: string }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | { readonly kind: 'lose-response'; readonly message?: string }
  | ({ readonly kind: 'cut'; readonly message?: string } & BreakPoint)
  | ({ readonly kind: 'end' } & BreakPoint)
  | ({ readonly kind: 'stall' } & BreakPoint)
  | { readonly kind: 'delay'; readonly ms: number; readonly next?: Fault };

/** A request as fault scripts see it and as it is recorded. */
export interface SeenRequest {
  /** In upper case. */
  readonly method: string;
  /** Absolute, as the caller asked for it. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** From 0: which request of this fetch, proxy or server it is. */
  readonly index: number;
  /** What the script did to it. */
  readonly fault: Fault;
}

/** Which requests a step is for. All that is given must match. */
export type RequestFilter =
  | {
      readonly method?: string;
      /** A string must be contained in the URL. */
      readonly url?: string | RegExp;
    }
  | ((request: Omit<SeenRequest, 'fault'>) => boolean);

/** A fault, for which requests, and how often. */
export type FaultStep = Fault & {
  /** Requests that do not match leave this step alone. Default: all match. */
  readonly when?: RequestFilter;
  /** How many requests use this step; default 1, `Infinity` for always. */
  readonly times?: number;
};

/**
 * Each request takes the first step that is for it and not used up; where there
 * is none, it passes. So plain steps play in order, and steps with `when` wait
 * for their request.
 *
 * @example
 * const script: FaultScript = [
 *   { kind: 'pass' },
 *   { kind: 'cut', afterFrames: 3, when: { method: 'GET' } },
 *   { kind: 'status', status: 503, times: 2 },
 * ]
 */
export type FaultScript =
  | readonly FaultStep[]
  | ((request: Omit<SeenRequest, 'fault'>) => Fault);
