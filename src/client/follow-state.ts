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
  | 'opened'
  /** Bytes came, be they only a heartbeat. */
  | 'heard'
  /** No connection: the request failed, or the body broke off. */
  | 'dropped'
  /** The time for the next try, or to look whether anything came. */
  | 'timer'
  /** The network or the page came back. */
  | 'woken'
  /** The stream is complete, was refused, or nobody wants it any more. */
  | 'closed';

export interface Step {
  readonly state: FollowState;
  /** `request` ends the connection that there is, too. */
  readonly effect?: 'request' | 'disconnect' | 'give-up';
  /** When `timer` is due, in the place of any timer before. */
  readonly timerMs?: number;
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
  if (event === 'closed') return { state: { name: 'ended' } };
  switch (state.name) {
    case 'requesting':
      return whileRequesting(state, event, around);
    case 'reading':
      return whileReading(state, event, around);
    case 'waiting':
      return whileWaiting(state, event, around);
    case 'ended':
      return { state };
  }
}

type State<Name extends FollowState['name']> = Extract<
  FollowState,
  { name: Name }
>;

function whileRequesting(
  state: State<'requesting'>,
  event: FollowEvent,
  around: Surroundings,
): Step {
  const { now, policy } = around;
  const { attempt, since, asked } = state;
  if (event === 'opened') {
    return {
      state: { name: 'reading', attempt, since, opened: now, heard: now },
      timerMs: policy.stallTimeoutMs,
    };
  }
  if (event === 'dropped' || event === 'timer') {
    return waitOrGiveUp(state, around);
  }
  // A request of before the sleep may wait for an answer for ever.
  const isStale = event === 'woken' && now - asked >= policy.stallTimeoutMs;
  return isStale ? requestAfresh(now) : { state };
}

function whileReading(
  state: State<'reading'>,
  event: FollowEvent,
  around: Surroundings,
): Step {
  const { now, policy } = around;
  if (event === 'heard') return { state: { ...state, heard: now } };
  if (event === 'dropped') return lose(state, around);
  if (event === 'opened') return { state };
  const timerMs = state.heard + policy.stallTimeoutMs - now;
  // Half-open: a socket that nobody will ever close.
  if (timerMs <= 0) return lose(state, around);
  return event === 'timer' ? { state, timerMs } : { state };
}

function whileWaiting(
  state: State<'waiting'>,
  event: FollowEvent,
  { now }: Surroundings,
): Step {
  if (event === 'woken') return requestAfresh(now);
  if (event !== 'timer') return { state };
  return request(state.attempt + 1, state.since, now);
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

const requestAfresh = (now: number): Step => request(1, now, now);

function request(attempt: number, since: number, asked: number): Step {
  return {
    state: { name: 'requesting', attempt, since, asked },
    effect: 'request',
  };
}

function waitOrGiveUp(
  { attempt, since }: Tries,
  { policy, now, random, isAway }: Surroundings,
): Step {
  if (!isAway && now - since >= policy.giveUpAfterMs) {
    return { state: { name: 'ended' }, effect: 'give-up' };
  }
  const longest = policy.initialDelayMs * 2 ** (attempt - 1);
  return {
    state: { name: 'waiting', attempt, since: isAway ? now : since },
    effect: 'disconnect',
    timerMs: Math.ceil(Math.min(policy.maxDelayMs, longest) * random),
  };
}
