/** One test of a scenario, in one column of the table. */
export interface Proof {
  readonly scenario: number;
  readonly column: string;
  readonly file: string;
  readonly passed: boolean;
}

/** What the scenarios run on. */
export interface Column {
  readonly name: string;
  readonly heading: string;
  /** Where some scenarios have no place. */
  readonly isOptional?: boolean;
}

export type Verdict = 'pass' | 'fail' | 'missing' | 'n/a';

/** What the tests of a scenario come to in a column. */
export function verdictOf(
  proofs: readonly Proof[],
  { name, isOptional }: Column,
): Verdict {
  const own = proofs.filter(({ column }) => column === name);
  if (own.length === 0) return isOptional ? 'n/a' : 'missing';
  return own.every(({ passed }) => passed) ? 'pass' : 'fail';
}

/** A row per scenario, numbered from 1, with the files of its tests. */
export function acceptanceTable(
  titles: readonly string[],
  columns: readonly Column[],
  proofs: readonly Proof[],
): string {
  const head = ['', 'scenario', ...columns.map(({ heading }) => heading)];
  const rows = titles.map((title, index) => {
    const own = proofs.filter(({ scenario }) => scenario === index + 1);
    const files = new Set(own.map(({ file }) => file));
    const verdicts = columns.map((column) => verdictOf(own, column));
    return [
      String(index + 1),
      title,
      ...verdicts,
      [...files].toSorted().join(', '),
    ];
  });
  return markdownTable([[...head, 'tests'], ...rows]);
}

/** As oxfmt would lay it out. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, index) =>
    Math.max(3, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |\n`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  const [first = '', ...rest] = rows.map(line);
  return first + rule + rest.join('');
}
