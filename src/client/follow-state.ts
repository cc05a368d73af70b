import type { ReconnectPolicy } from './reconnect-policy.js';

/**
 * The life of one followed stream, as a pure machine: `step` is total over
 * states and events, and docs/follow-states.md is its table.
 */
export type FollowState =
  /** A request is under way. `since`: when trying began. */
  | {
      readonly name: 'requesting';
      readonly attempt: number;
      readonly since: number;
    }
  /** A body is being read. `heard`: when its last bytes came. */
  | { readonly name: 'reading'; readonly heard: number }
  /** Until the next try. */
  | {
      readonly name: 'waiting';
      readonly attempt: number;
      readonly since: number;
    }
  /** Nothing follows. */
  | { readonly name: 'ended' };

export type FollowEvent =
  /** A response with a body came. */
  | { readonly name: 'opened' }
  /** Bytes came, be they only a heartbeat. */
  | { readonly name: 'heard' }
  /** No connection: the request failed, the body broke off, or went silent. */
  | { readonly name: 'dropped' }
  /** The time for the next try, or to look whether the body went silent. */
  | { readonly name: 'timer' }
  /** The network or the page came back. */
  | { readonly name: 'woken' }
  /** The stream is complete, was refused, or nobody wants it any more. */
  | { readonly name: 'closed' };

export type FollowEffect =
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
}

export function step(
  state: FollowState,
  event: FollowEvent,
  around: Surroundings,
): Step {
  if (event.name === 'closed' || state.name === 'ended') {
    return { state: { name: 'ended' }, effects: [] };
  }
  switch (state.name) {
    case 'requesting':
      return whileRequesting(state, event, around);
    case 'reading':
      return whileReading(state, event, around);
    case 'waiting':
      return whileWaiting(state, event, around);
  }
}

type OpenEvent = Exclude<FollowEvent, { name: 'closed' }>;
type State<Name extends FollowState['name']> = Extract<
  FollowState,
  { name: Name }
>;

function whileRequesting(
  state: State<'requesting'>,
  event: OpenEvent,
  around: Surroundings,
): Step {
  switch (event.name) {
    case 'opened':
      return {
        state: { name: 'reading', heard: around.now },
        effects: [{ name: 'set-timer', ms: around.policy.stallTimeoutMs }],
      };
    case 'dropped':
      return waitOrGiveUp(state, around);
    case 'heard':
    case 'timer':
    case 'woken':
      return { state, effects: [] };
  }
}

function whileReading(
  state: State<'reading'>,
  event: OpenEvent,
  around: Surroundings,
): Step {
  const { now, policy } = around;
  switch (event.name) {
    case 'heard':
      return { state: { name: 'reading', heard: now }, effects: [] };
    case 'dropped':
      // The first try is made at once: most drops are over when noticed.
      return requestAgain({ attempt: 1, since: now });
    case 'timer':
    case 'woken': {
      const left = state.heard + policy.stallTimeoutMs - now;
      if (left > 0) {
        const isTimer = event.name === 'timer';
        return {
          state,
          effects: isTimer ? [{ name: 'set-timer', ms: left }] : [],
        };
      }
      // Half-open: a socket that nobody will ever close.
      return requestAgain({ attempt: 1, since: now });
    }
    case 'opened':
      return { state, effects: [] };
  }
}

function whileWaiting(
  state: State<'waiting'>,
  event: OpenEvent,
  around: Surroundings,
): Step {
  switch (event.name) {
    case 'timer':
      return requestAgain({ attempt: state.attempt + 1, since: state.since });
    case 'woken':
      return requestAgain({ attempt: 1, since: around.now });
    case 'opened':
    case 'heard':
    case 'dropped':
      return { state, effects: [] };
  }
}

function requestAgain(tries: { attempt: number; since: number }): Step {
  return {
    state: { name: 'requesting', ...tries },
    effects: [{ name: 'disconnect' }, { name: 'request' }],
  };
}

function waitOrGiveUp(
  { attempt, since }: State<'requesting'>,
  { policy, now, random, isAway }: Surroundings,
): Step {
  if (!isAway && now - since >= policy.giveUpAfterMs) {
    return { state: { name: 'ended' }, effects: [{ name: 'give-up' }] };
  }
  const ceiling = Math.min(
    policy.maxDelayMs,
    policy.initialDelayMs * 2 ** Math.min(attempt - 1, 16),
  );
  return {
    state: { name: 'waiting', attempt, since: isAway ? now : since },
    effects: [{ name: 'set-timer', ms: Math.ceil(ceiling * random) }],
  };
}
