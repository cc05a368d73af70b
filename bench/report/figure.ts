import type { Comparison } from './comparison.js';

export interface Target {
  readonly kind: 'at-most' | 'at-least';
  readonly value: number;
  /** Whether the ratio is meant, or the durable figure itself. */
  readonly of: 'ratio' | 'durable';
}

/** A row of the table. */
export interface Figure extends Comparison {
  readonly name: string;
  readonly unit: string;
  readonly target?: Target;
  /** The title of its panel in the chart; without one it has none. */
  readonly chart?: string;
  /** More is better. Default: less is. */
  readonly isMoreBetter?: boolean;
}

/** Of the ratio. */
export const atMost = (value: number): Target => ({
  kind: 'at-most',
  value,
  of: 'ratio',
});
export const atLeast = (value: number): Target => ({
  kind: 'at-least',
  value,
  of: 'ratio',
});

/** Of the durable figure, in the unit of the row. */
export const durableAtMost = (value: number): Target => ({
  kind: 'at-most',
  value,
  of: 'durable',
});

/** Unknown where there is no target, or not what it is about. */
export function isMet({ target, ratio, values }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  const value = target.of === 'ratio' ? ratio : values.durable;
  if (value === undefined) return undefined;
  return target.kind === 'at-most'
    ? value <= target.value
    : value >= target.value;
}
