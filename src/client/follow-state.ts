import type { ReconnectPolicy } from './reconnect-policy.js';

/** How long and how often a connection has been tried for, in vain. */
interface Tries {
  /** From 1. */
  readonly attempt: number;
  /** When trying began, epoch milliseconds. */
  readonly since: number;
}

/**
 * The life of one followed stream, as a pure machine: `step` is total over
 * states and events, and docs/follow-states.md is its table.
 */
export type FollowState =
  /** A request is under way. `asked`: when it was made. */
  | ({ readonly name: 'requesting'; readonly asked: number } & Tries)
  /** A body is being read. `heard`: when its last bytes came. */
  | ({
      readonly name: 'reading';
      readonly opened: number;
      readonly heard: number;
    } & Tries)
  /** Until the next try. */
  | ({ readonly name: 'waiting' } & Tries)
  /** Nothing follows. */
  | { readonly name: 'ended' };

export type FollowEvent =
  /** A response with a body came. */
  | { readonly name: 'opened' }
  /** Bytes came, be they only a heartbeat. */
  | { readonly name: 'heard' }
  /** No connection: the request failed, or the body broke off. */
  | { readonly name: 'dropped' }
  /** The time for the next try, or to look whether anything came. */
  | { readonly name: 'timer' }
  /** The network or the page came back. */
  | { readonly name: 'woken' }
  /** The stream is complete, was refused, or nobody wants it any more. */
  | { readonly name: 'closed' };

export type FollowEffect =
  /** Ends the connection that there is, and asks for another. */
  | { readonly name: 'request' }
  | { readonly name: 'disconnect' }
  | { readonly name: 'set-timer'; readonly ms: number }
  | { readonly name: 'give-up' };

export interface Step {
  readonly state: FollowState;
  readonly effects: readonly FollowEffect[];
}

export interface Surroundings {
  readonly policy: ReconnectPolicy;
  readonly now: number;
  /** From 0 up to 1. */
  readonly random: number;
  /** Offline or hidden: trying is hopeless or nobody looks. */
  readonly isAway: boolean;
  /** Whether the connection has brought anything that the Chat lacked. */
  readonly hasProgressed: boolean;
}

/** The state in which a followed stream begins: its first request is made. */
export function firstState(now: number): FollowState {
  return { name: 'requesting', attempt: 1, since: now, asked: now };
}

export function step(
  state: FollowState,
  event: FollowEvent,
  around: Surroundings,
): Step {
  if (event.name === 'closed') return { state: { name: 'ended' }, effects: [] };
  switch (state.name) {
    case 'requesting':
      return whileRequesting(state, event.name, around);
    case 'reading':
      return whileReading(state, event.name, around);
    case 'waiting':
      return whileWaiting(state, event.name, around);
    case 'ended':
      return { state, effects: [] };
  }
}

type EventName = Exclude<FollowEvent['name'], 'closed'>;
type State<Name extends FollowState['name']> = Extract<
  FollowState,
  { name: Name }
>;

function whileRequesting(
  state: State<'requesting'>,
  event: EventName,
  around: Surroundings,
): Step {
  const { now, policy } = around;
  const { attempt, since, asked } = state;
  switch (event) {
    case 'opened':
      return {
        state: { name: 'reading', attempt, since, opened: now, heard: now },
        effects: [{ name: 'set-timer', ms: policy.stallTimeoutMs }],
      };
    case 'dropped':
    case 'timer':
      return waitOrGiveUp(state, around);
    case 'woken':
      // A request of before the sleep may wait for an answer for ever.
      return now - asked >= policy.stallTimeoutMs
        ? requestAfresh(now)
        : { state, effects: [] };
    case 'heard':
      return { state, effects: [] };
  }
}

function whileReading(
  state: State<'reading'>,
  event: EventName,
  around: Surroundings,
): Step {
  const { now, policy } = around;
  switch (event) {
    case 'heard':
      return { state: { ...state, heard: now }, effects: [] };
    case 'dropped':
      return lose(state, around);
    case 'timer':
    case 'woken': {
      const left = state.heard + policy.stallTimeoutMs - now;
      // Half-open: a socket that nobody will ever close.
      if (left <= 0) return lose(state, around);
      return {
        state,
        effects: event === 'timer' ? [{ name: 'set-timer', ms: left }] : [],
      };
    }
    case 'opened':
      return { state, effects: [] };
  }
}

function whileWaiting(
  state: State<'waiting'>,
  event: EventName,
  { now }: Surroundings,
): Step {
  const { attempt, since } = state;
  switch (event) {
    case 'timer':
      return request({ attempt: attempt + 1, since }, now);
    case 'woken':
      return requestAfresh(now);
    case 'opened':
    case 'heard':
    case 'dropped':
      return { state, effects: [] };
  }
}

/**
 * Most drops are over when they are noticed, so the first try is made at once.
 * Unless the connection was no good to begin with: one that opens and breaks
 * off, again and again, must not become a hot loop.
 */
function lose(state: State<'reading'>, around: Surroundings): Step {
  const { now, policy, hasProgressed } = around;
  const wasGood = hasProgressed || now - state.opened >= policy.maxDelayMs;
  return wasGood ? requestAfresh(now) : waitOrGiveUp(state, around);
}

function requestAfresh(now: number): Step {
  return request({ attempt: 1, since: now }, now);
}

function request(tries: Tries, now: number): Step {
  return {
    state: { name: 'requesting', ...tries, asked: now },
    effects: [{ name: 'request' }],
  };
}

function waitOrGiveUp(
  { attempt, since }: Tries,
  { policy, now, random, isAway }: Surroundings,
): Step {
  if (!isAway && now - since >= policy.giveUpAfterMs) {
    return { state: { name: 'ended' }, effects: [{ name: 'give-up' }] };
  }
  const ceiling = Math.min(
    policy.maxDelayMs,
    policy.initialDelayMs * 2 ** (attempt - 1),
  );
  return {
    state: { name: 'waiting', attempt, since: isAway ? now : since },
    effects: [
      { name: 'disconnect' },
      { name: 'set-timer', ms: Math.ceil(ceiling * random) },
    ],
  };
}
