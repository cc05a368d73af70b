import type { Figure } from './figures.js';

const HEAD = ['', 'plain', 'durable', 'ratio', 'target', ''];

/** A Markdown table, aligned so that it reads well in a terminal too. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(rowOf)];
  const widths = HEAD.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(Math.max(width - 1, 1))}:`,
  );
  const [head = HEAD, ...body] = rows;
  return [head, rule, ...body].map(line).join('\n');
}

export function isMet(figure: Figure): boolean {
  const { target } = figure;
  if (target === undefined) return true;
  const value = figure.ratio ?? figure.durable;
  return target.kind === 'at-most'
    ? value <= target.value
    : value >= target.value;
}

function rowOf(figure: Figure): string[] {
  const { name, plain, durable, ratio, unit, target } = figure;
  const sign = target?.kind === 'at-least' ? '≥' : '≤';
  return [
    name,
    plain === undefined ? '–' : amount(plain, unit),
    amount(durable, unit),
    ratio === undefined ? '' : ratio.toFixed(2),
    target === undefined ? '' : `${sign} ${target.value}`,
    target === undefined ? '' : isMet(figure) ? '✓' : '✗',
  ];
}

function amount(value: number, unit: string): string {
  const digits =
    value < 10 && unit !== '' ? 2 : value < 100 && unit !== '' ? 1 : 0;
  const number = value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return unit === '' || unit === '/s' ? number : `${number} ${unit}`;
}
