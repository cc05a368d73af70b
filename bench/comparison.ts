import type { Pair } from './contender.js';
import { median } from './statistics.js';

/** One figure of both: the medians of all rounds. */
export interface Comparison {
  readonly plain: number;
  readonly durable: number;
  /**
   * Durable to plain: the median of the rounds' own ratios. The two of a round
   * saw the same machine; the medians may come from an idle and a busy one.
   */
  readonly ratio: number;
}

export function compare<T>(
  { plain, durable }: Pair<T>,
  figure: (round: T) => number,
): Comparison {
  const plainFigures = plain.map(figure);
  const durableFigures = durable.map(figure);
  const ratios = durableFigures.map(
    (value, round) => value / (plainFigures[round] ?? Number.NaN),
  );
  return {
    plain: median(plainFigures),
    durable: median(durableFigures),
    ratio: median(ratios),
  };
}
