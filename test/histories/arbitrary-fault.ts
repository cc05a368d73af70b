import type { BreakPoint, Fault } from 'ai-durable-transport/testing';
import fc from 'fast-check';

const breakPoint: fc.Arbitrary<BreakPoint> = fc.oneof(
  fc.record({ afterBytes: fc.nat(2_500) }),
  fc.record({ afterFrames: fc.nat(25) }),
);

const broken: fc.Arbitrary<Fault> = fc.oneof(
  breakPoint.map((point): Fault => ({ kind: 'cut', ...point })),
  breakPoint.map((point): Fault => ({ kind: 'end', ...point })),
);

const stalled: fc.Arbitrary<Fault> = breakPoint.map((point): Fault => ({
  kind: 'stall',
  ...point,
}));

const simple = fc.constantFrom<Fault>(
  { kind: 'network-error' },
  { kind: 'lose-response' },
);

const statusOf = (statuses: readonly number[]): fc.Arbitrary<Fault> =>
  fc
    .constantFrom(...statuses)
    .map((status): Fault => ({ kind: 'status', status }));

function late(maxMs: number, fault: fc.Arbitrary<Fault>): fc.Arbitrary<Fault> {
  return fc
    .tuple(fc.integer({ min: 1, max: maxMs }), fault)
    .map(([ms, next]): Fault => ({ kind: 'delay', ms, next }));
}

const pass = fc.constant<Fault>({ kind: 'pass' });

/** What a gateway says while there is nothing behind it. */
const AWAY = [502, 503, 504];

/** On the way to an app server. */
export const arbitraryClientFault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: pass },
  { weight: 4, arbitrary: broken },
  { weight: 2, arbitrary: stalled },
  { weight: 2, arbitrary: simple },
  { weight: 1, arbitrary: statusOf(AWAY) },
  { weight: 2, arbitrary: late(2_000, fc.oneof(pass, simple, broken)) },
);

const PASSING = [408, 425, 429, 500, ...AWAY];

/** On the way to the streams server. */
export const arbitraryStoreFault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: pass },
  { weight: 2, arbitrary: broken },
  { weight: 1, arbitrary: stalled },
  { weight: 4, arbitrary: simple },
  { weight: 2, arbitrary: statusOf(PASSING) },
  { weight: 2, arbitrary: late(1_500, fc.oneof(pass, simple, broken)) },
);
