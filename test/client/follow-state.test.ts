import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstState,
  step,
  type FollowEvent,
  type FollowState,
  type Step,
  type Surroundings,
} from '../../src/client/follow-state.js';
import { reconnectPolicy } from '../../src/client/reconnect-policy.js';
import { followStatesPage } from './follow-table.js';

const policy = reconnectPolicy();
const time = fc.nat(10_000_000);
const tries = { attempt: fc.integer({ min: 1, max: 5_000 }), since: time };

const arbitraryState: fc.Arbitrary<FollowState> = fc.oneof(
  fc.record({
    name: fc.constant('requesting' as const),
    ...tries,
    asked: time,
  }),
  fc.record({
    name: fc.constant('reading' as const),
    ...tries,
    opened: time,
    heard: time,
  }),
  fc.record({ name: fc.constant('waiting' as const), ...tries }),
  fc.record({ name: fc.constant('ended' as const) }),
);
const events: readonly FollowEvent[] = [
  'opened',
  'heard',
  'dropped',
  'timer',
  'woken',
  'closed',
];
const arbitraryAround: fc.Arbitrary<Surroundings> = fc.record({
  policy: fc.constant(policy),
  now: time,
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  isAway: fc.boolean(),
  hasProgressed: fc.boolean(),
});

type Check = (
  next: Step,
  before: {
    readonly state: FollowState;
    readonly event: FollowEvent;
    readonly around: Surroundings;
  },
) => void;

function always(check: Check): void {
  const arbitraryEvent = fc.constantFrom(...events);
  fc.assert(
    fc.property(
      arbitraryState,
      arbitraryEvent,
      arbitraryAround,
      (state, event, around) => {
        const next = step(state, event, around);
        check(next, { state, event, around });
      },
    ),
    { numRuns: 2_000 },
  );
}

describe('the states of a followed stream', () => {
  it('are what docs/follow-states.md says', async () => {
    await expect(followStatesPage()).toMatchFileSnapshot(
      '../../docs/follow-states.md',
    );
  });

  it('have an answer to every event', () => {
    always(({ state }) => {
      expect(['requesting', 'reading', 'waiting', 'ended']).toContain(
        state.name,
      );
    });
  });

  it('end when they are closed, and never begin again', () => {
    always((next, { state, event }) => {
      if (event !== 'closed' && state.name !== 'ended') return;
      expect(next).toEqual({ state: { name: 'ended' } });
    });
  });

  it('never wait without a timer, and never longer than maxDelayMs', () => {
    always(({ state, timerMs }, before) => {
      if (state.name !== 'waiting' || before.state.name === 'waiting') return;
      expect(timerMs).toBeLessThanOrEqual(policy.maxDelayMs);
    });
  });

  it('make a request exactly when they come to be requesting', () => {
    always((next, { state }) => {
      const isNew =
        next.state.name === 'requesting' &&
        JSON.stringify(next.state) !== JSON.stringify(state);
      expect(next.effect === 'request').toBe(isNew);
    });
  });

  it('give up only while somebody looks', () => {
    always((next, { around }) => {
      if (next.effect !== 'give-up') return;
      expect(around.isAway).toBe(false);
      expect(next.state.name).toBe('ended');
    });
  });
});

/** Plays a server that can never be reached, and counts. */
function tryInVain(around: Partial<Surroundings>, end: number) {
  let now = 0;
  let requests = 1;
  let next: Step = { state: firstState(0) };
  const rest = { policy, random: 0.5, isAway: false, hasProgressed: false };
  while (next.state.name !== 'ended' && now < end) {
    const event = next.state.name === 'requesting' ? 'dropped' : 'timer';
    next = step(next.state, event, { ...rest, ...around, now });
    now += next.timerMs ?? 0;
    if (next.effect === 'request') requests += 1;
  }
  return { now, requests, state: next.state.name };
}

describe('trying in vain', () => {
  it('ends after giveUpAfterMs, with few requests', () => {
    const { now, requests, state } = tryInVain({}, 1e9);
    expect(state).toBe('ended');
    expect(now).toBeGreaterThanOrEqual(policy.giveUpAfterMs);
    expect(now).toBeLessThan(policy.giveUpAfterMs + policy.maxDelayMs);
    expect(requests).toBeLessThan(40);
  });

  it('goes on for as long as nobody looks', () => {
    const hour = 3_600_000;
    expect(tryInVain({ isAway: true }, hour).state).not.toBe('ended');
  });

  it('is no hot loop where each connection opens and breaks off', () => {
    let now = 0;
    let requests = 1;
    let state = firstState(0);
    const around = { policy, random: 0.5, isAway: false, hasProgressed: false };
    while (state.name !== 'ended') {
      for (const event of ['opened', 'heard', 'dropped', 'timer'] as const) {
        const next = step(state, event, { ...around, now });
        state = next.state;
        if (next.effect === 'request') requests += 1;
        if (state.name === 'waiting') now += next.timerMs ?? 0;
      }
    }
    expect(now).toBeGreaterThanOrEqual(policy.giveUpAfterMs);
    expect(requests).toBeLessThan(40);
  });
});
