import type { Contender } from '../contenders/contender.js';
import type { Figure } from '../report/figure.js';

/** How often each measurement is made. */
export interface Effort {
  /** Rounds that count for nothing. */
  readonly warmUps: number;
  readonly sends: number;
  readonly aloneRounds: number;
  readonly crowdRounds: number;
  readonly bigCrowdRounds: number;
  readonly fastRounds: number;
  readonly resumes: number;
  readonly followerRounds: number;
  readonly audienceRounds: number;
}

export const FULL: Effort = {
  warmUps: 3,
  sends: 80,
  aloneRounds: 5,
  crowdRounds: 5,
  bigCrowdRounds: 3,
  fastRounds: 15,
  resumes: 7,
  followerRounds: 3,
  audienceRounds: 2,
};

export const QUICK: Effort = {
  warmUps: 3,
  sends: 40,
  aloneRounds: 1,
  crowdRounds: 2,
  bigCrowdRounds: 1,
  fastRounds: 5,
  resumes: 3,
  followerRounds: 1,
  audienceRounds: 1,
};

/** Tells whether all of it works, and nothing else. */
export const SMOKE: Effort = {
  warmUps: 0,
  sends: 1,
  aloneRounds: 1,
  crowdRounds: 1,
  bigCrowdRounds: 1,
  fastRounds: 1,
  resumes: 1,
  followerRounds: 1,
  audienceRounds: 1,
};

/** Gives some rows of the table. */
export type Measurement = (
  contenders: readonly Contender[],
  effort: Effort,
) => Promise<readonly Figure[]>;
