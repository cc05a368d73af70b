import { amount } from './amount.js';
import { panelPage } from './panel-page.js';

const PANEL = {
  width: 340,
  height: 250,
  left: 58,
  right: 92,
  top: 44,
  bottom: 34,
};

const STYLE = `
  .page { fill: #ffffff; stroke: #d8dee6; }
  text { font: 11px system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #57606a; }
  .title { font-size: 13px; font-weight: 600; fill: #1f2328; }
  .grid { stroke: #e7ebf0; }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
  .c0 { stroke: #4f6df5; fill: #4f6df5; } .c1 { stroke: #d9730d; fill: #d9730d; }
  .c2 { stroke: #1a9b6c; fill: #1a9b6c; } .c3 { stroke: #a1459e; fill: #a1459e; }
  .other { stroke: #9aa4b1; fill: #9aa4b1; } .line.other { stroke-dasharray: 4 3; }
  .line.c0, .line.c1, .line.c2, .line.c3, .line.other { fill: none; }
  text.c0, text.c1, text.c2, text.c3, text.other { stroke: none; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; stroke: #30363d; }
    text { fill: #9198a1; }
    .title { fill: #f0f6fc; }
    .grid { stroke: #21262d; }
    .c0 { stroke: #7c93ff; fill: #7c93ff; } .c1 { stroke: #f0883e; fill: #f0883e; }
    .c2 { stroke: #3fb98a; fill: #3fb98a; } .c3 { stroke: #d68fd3; fill: #d68fd3; }
  }
`;

/** One line of a panel: a value for each `x`. */
export interface Line {
  readonly name: string;
  readonly values: readonly number[];
  /** Only there to compare with: dashed and grey. */
  readonly isOther?: boolean;
}

export interface LinePanel {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  /** Default: powers of ten. */
  readonly isLinear?: boolean;
}

interface Axis {
  readonly marks: readonly number[];
  readonly place: (value: number) => number;
}

export interface Across {
  readonly name: string;
  readonly values: readonly number[];
}

/** Small multiples of lines over the same values, in powers of ten. */
export function lineChart(
  panels: readonly LinePanel[],
  across: Across,
  label: string,
): string {
  return panelPage({
    panels: panels.map((panel) => drawPanel(panel, across)),
    panel: PANEL,
    style: STYLE,
    label,
  });
}

function drawPanel(panel: LinePanel, { name, values: xs }: Across): string {
  const { left, right, top, bottom, width, height } = PANEL;
  const across = logAxis(xs, { from: left, to: width - right });
  const room = { from: height - bottom, to: top };
  const values = panel.lines.flatMap((line) => line.values);
  const up = panel.isLinear ? linearAxis(values, room) : logAxis(values, room);
  const end = width - right;
  const grid = up.marks.map((mark) => {
    const y = up.place(mark).toFixed(1);
    return `<line class="grid" x1="${left}" x2="${end}" y1="${y}" y2="${y}"/><text x="${left - 6}" y="${Number(y) + 4}" text-anchor="end">${markOf(mark, panel.unit)}</text>`;
  });
  const feet = xs.map(
    (x) =>
      `<text x="${across.place(x).toFixed(1)}" y="${height - bottom + 16}" text-anchor="middle">${amount(x, '')}</text>`,
  );
  return [
    `<text class="title" y="18">${panel.title}</text>`,
    ...grid,
    ...feet,
    `<text x="${end + 20}" y="${height - bottom + 16}">${name}</text>`,
    ...drawLines(panel, xs, { across, up }),
  ].join('\n');
}

/** Short, so that it has room beside its axis. */
function markOf(value: number, unit: string): string {
  if (unit === 'kB' && value >= 1_000) return amount(value / 1_000, 'MB');
  if (unit === 'ms' && value >= 1_000) return amount(value / 1_000, 's');
  return amount(value, unit);
}

function drawLines(
  { lines }: LinePanel,
  xs: readonly number[],
  { across, up }: { readonly across: Axis; readonly up: Axis },
): string[] {
  const kinds = kindsOf(lines);
  const labels = spread(
    lines.map(({ values }) => up.place(values.at(-1) ?? 0)),
  );
  return lines.map(({ name, values }, index) => {
    const points = xs.map((x, at): readonly [string, string] => [
      across.place(x).toFixed(1),
      up.place(values[at] ?? 0).toFixed(1),
    ]);
    const kind = kinds[index];
    const dots = points.map(
      ([x, y]) => `<circle class="${kind}" cx="${x}" cy="${y}" r="2.5"/>`,
    );
    const x = PANEL.width - PANEL.right + 8;
    return [
      `<polyline class="line ${kind}" points="${points.map((point) => point.join()).join(' ')}"/>`,
      ...dots,
      `<text class="${kind}" x="${x}" y="${((labels[index] ?? 0) + 4).toFixed(1)}">${name}</text>`,
    ].join('');
  });
}

function kindsOf(lines: readonly Line[]): string[] {
  let own = 0;
  return lines.map(({ isOther }) => {
    if (isOther) return 'other';
    own += 1;
    return `c${own - 1}`;
  });
}

/** Moves labels apart that would lie on one another. */
function spread(places: readonly number[]): number[] {
  const order = places.map((_, index) => index);
  order.sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const spreadPlaces = [...places];
  let last = -Infinity;
  for (const index of order) {
    last = Math.max(places[index] ?? 0, last + 13);
    spreadPlaces[index] = last;
  }
  return spreadPlaces;
}

interface Room {
  readonly from: number;
  readonly to: number;
}

function logAxis(values: readonly number[], { from, to }: Room): Axis {
  const most = Math.ceil(Math.log10(Math.max(...values)) - 1e-9);
  const least = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const marks = Array.from(
    { length: most - least + 1 },
    (_, index) => 10 ** (least + index),
  );
  const step = (to - from) / Math.max(most - least, 1);
  return { marks, place: (value) => from + (Math.log10(value) - least) * step };
}

function linearAxis(values: readonly number[], { from, to }: Room): Axis {
  const most = Math.max(...values);
  const marks = Array.from({ length: most + 1 }, (_, index) => index);
  return { marks, place: (value) => from + (value / most) * (to - from) };
}
