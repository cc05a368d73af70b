import type { ContenderName } from '../contenders/contender.js';
import { amount } from './amount.js';
import type { Figure } from './figure.js';
import { panelPage } from './panel-page.js';

const PANEL = { width: 430, head: 34, bar: 20, foot: 14 };
const NAMES_WIDTH = 124;
const BAR_WIDTH = 200;

const STYLE = `
  .page { fill: #ffffff; stroke: #d8dee6; }
  text { font: 12px system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #57606a; }
  .title { font-size: 13px; font-weight: 600; fill: #1f2328; }
  .hint { font-size: 11px; }
  .own { font-weight: 600; fill: #1f2328; }
  rect.bar { fill: #b3bcc8; }
  rect.bar.durable { fill: #4f6df5; }
  rect.bar.overloaded { opacity: 0.45; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; stroke: #30363d; }
    text { fill: #9198a1; }
    .title, .own { fill: #f0f6fc; }
    rect.bar { fill: #56606c; }
    rect.bar.durable { fill: #7c93ff; }
  }
`;

/** Small multiples of horizontal bars: a panel for each figure with a chart. */
export function chart(
  figures: readonly Figure[],
  names: readonly ContenderName[],
): string {
  const charted = figures.filter((figure) => figure.chart !== undefined);
  const bars = names.length * PANEL.bar;
  const height = PANEL.head + bars + PANEL.foot;
  return panelPage({
    panels: charted.map((figure) => panel(figure, names)),
    panel: { width: PANEL.width, height },
    style: STYLE,
    label: 'What was measured, as bars',
  });
}

function panel(figure: Figure, names: readonly ContenderName[]): string {
  const { values, chart: title = '', isMoreBetter = false } = figure;
  const finite = Object.values(values).filter((one) => Number.isFinite(one));
  const most = Math.max(...finite);
  const rows = names.map((name, index) => {
    const y = PANEL.head + index * PANEL.bar;
    return bar({ name, value: values[name], most, y, unit: figure.unit });
  });
  const hint = isMoreBetter ? ' · more is better' : '';
  return [
    `<text class="title" y="18">${escaped(title)}<tspan class="hint" font-weight="400">${hint}</tspan></text>`,
    ...rows,
  ].join('\n');
}

interface Bar {
  readonly name: ContenderName;
  readonly value: number | undefined;
  readonly most: number;
  readonly y: number;
  readonly unit: string;
}

function bar({ name, value, most, y, unit }: Bar): string {
  const isOverloaded = value !== undefined && !Number.isFinite(value);
  const share = value === undefined ? 0 : isOverloaded ? 1 : value / most;
  const width = Math.max(share * BAR_WIDTH, value === undefined ? 0 : 1.5);
  const kind = isOverloaded ? 'bar overloaded' : `bar ${name}`;
  const own = name === 'durable' ? ' class="own"' : '';
  const label = value === undefined ? 'none' : amount(value, unit);
  return [
    `<text${own} x="${NAMES_WIDTH - 10}" y="${y + 11}" text-anchor="end">${name}</text>`,
    `<rect class="${kind}" x="${NAMES_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="14" rx="2"/>`,
    `<text${own} x="${(NAMES_WIDTH + width + 6).toFixed(1)}" y="${y + 11}">${label}</text>`,
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
