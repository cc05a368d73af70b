import { seededRandom } from '../support/seeded-random.js';
import type { Question } from './question.js';

/**
 * What else a user does while an answer comes: only reads, opens a second tab,
 * stops it (from this tab or another), or reloads the page.
 */
export type Act = 'read' | 'second-tab' | 'stop' | 'stop-elsewhere' | 'reload';

/** One question of a user, and how long it takes to think of it. */
export interface Turn {
  readonly question: Question;
  readonly act: Act;
  /** After how many characters of the answer. */
  readonly actAfter: number;
  readonly thinkMs: number;
}

export interface Pace {
  readonly words: readonly [least: number, most: number];
  readonly delayMs: readonly [least: number, most: number];
  readonly thinkMs: number;
}

const ACTS: readonly Act[] = [
  'read',
  'read',
  'second-tab',
  'second-tab',
  'stop',
  'stop-elsewhere',
  'reload',
  'reload',
];

/** A user's turns, without an end: the same for the same seed. */
export function* planTalk(seed: string, pace: Pace): Generator<Turn, never> {
  const random = seededRandom(seed);
  const within = ([least, most]: readonly [number, number]): number =>
    Math.floor(least + random() * (most - least + 1));
  for (let turn = 0; ; turn += 1) {
    const words = within(pace.words);
    const name = `q${turn}`;
    const question: Question = {
      name,
      words,
      delayMs: within(pace.delayMs),
      asksBack: random() < 0.2,
    };
    yield {
      question,
      act: ACTS[Math.floor(random() * ACTS.length)] ?? 'read',
      actAfter: Math.floor(random() * words * 4),
      thinkMs: Math.round(random() * pace.thinkMs),
    };
  }
}
