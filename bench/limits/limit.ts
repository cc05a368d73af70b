import { amount } from '../report/amount.js';

/** What was measured of one load, and what it must not pass. */
export interface Limit {
  readonly load: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost?: number;
}

export function isPassed({ value, atMost }: Limit): boolean {
  // What could not be measured is no number.
  return atMost !== undefined && !(value <= atMost);
}

/** A Markdown table; a load is named once. */
export function limitTable(limits: readonly Limit[]): string {
  const rows = limits.map(({ load, what, value, unit, atMost }, index) => [
    load === limits[index - 1]?.load ? '' : load,
    what,
    amount(value, unit),
    atMost === undefined ? '' : amount(atMost, unit),
  ]);
  const head = ['load', '', 'measured', 'at most'];
  return [head, ['---', '---', '--:', '--:'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
