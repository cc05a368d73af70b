import type { ContenderName, Rounds } from '../contenders/contender.js';
import { median } from './statistics.js';

/** One figure of all: the medians of all rounds. */
export interface Comparison {
  readonly values: Readonly<Partial<Record<ContenderName, number>>>;
  /**
   * Durable to what it is compared with: the median of the rounds' own ratios.
   * Those of a round saw the same machine; medians may come from an idle and a
   * busy one.
   */
  readonly ratio?: number;
}

/** With the ratio of durable to plain. */
export function compare<T>(
  rounds: Rounds<T>,
  figure: (round: T) => number,
): Comparison {
  return comparison(numbersOf(rounds, figure), ({ plain }) => plain);
}

/** With the ratio of durable to the peer that does best: has the least. */
export function compareToPeers<T>(
  rounds: Rounds<T>,
  figure: (round: T) => number,
): Comparison {
  return comparison(numbersOf(rounds, figure), (round) => {
    const peers = [round['aisdk-transport'], round['resumable-stream']];
    const present = peers.filter((value) => value !== undefined);
    return present.length === 0 ? undefined : Math.min(...present);
  });
}

type Round = Comparison['values'];

function comparison(
  numbers: Rounds<number>,
  baseOf: (round: Round) => number | undefined,
): Comparison {
  const values = Object.fromEntries(
    [...numbers].map(([name, list]) => [name, median(list)]),
  );
  const ratios = (numbers.get('durable') ?? []).flatMap((value, index) => {
    const round = [...numbers].map(([name, list]) => [name, list[index]]);
    // CAST: the names are those of the map.
    const base = baseOf(Object.fromEntries(round) as Round);
    return base === undefined ? [] : [value / base];
  });
  return ratios.length === 0 ? { values } : { values, ratio: median(ratios) };
}

function numbersOf<T>(
  rounds: Rounds<T>,
  figure: (round: T) => number,
): Rounds<number> {
  return new Map([...rounds].map(([name, list]) => [name, list.map(figure)]));
}
