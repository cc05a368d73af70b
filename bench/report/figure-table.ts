import type { ContenderName } from '../contenders/contender.js';
import { amount } from './amount.js';
import { isMet, type Figure } from './figure.js';

/** A Markdown table, aligned so that it reads well in a terminal too. */
export function figureTable(
  figures: readonly Figure[],
  names: readonly ContenderName[],
): string {
  const head = ['', ...names, 'ratio', 'target', ''];
  const body = figures.map((figure) => rowOf(figure, names));
  const widths = head.map((_, column) =>
    Math.max(...[head, ...body].map((row) => (row[column] ?? '').length)),
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
  return [head, rule, ...body].map(line).join('\n');
}

function rowOf(figure: Figure, names: readonly ContenderName[]): string[] {
  const { name, values, ratio, unit } = figure;
  const met = isMet(figure);
  return [
    name,
    ...names.map((one) => amount(values[one], unit)),
    ratio === undefined ? '' : ratio.toFixed(2),
    met === undefined ? '' : targetOf(figure),
    met === undefined ? '' : met ? '✓' : '✗',
  ];
}

function targetOf({ target, unit }: Figure): string {
  if (target === undefined) return '';
  const { kind, value, of } = target;
  const sign = kind === 'at-most' ? '≤' : '≥';
  return `${sign} ${of === 'ratio' ? value : amount(value, unit)}`;
}
