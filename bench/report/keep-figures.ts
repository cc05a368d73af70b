import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ContenderName } from '../contenders/contender.js';
import { chart } from './chart.js';
import { figureTable } from './figure-table.js';
import { isMet, type Figure } from './figure.js';
import { replaceMeasured } from './replace-measured.js';

const run = promisify(execFile);
const DATA = pathOf('docs/performance.json');
const CHART = pathOf('docs/performance.svg');
const PAGE = pathOf('docs/performance.md');
const README = pathOf('README.md');

/** Writes them where the docs have them: as data, as a chart, in the pages. */
export async function keepFigures(
  figures: readonly Figure[],
  names: readonly ContenderName[],
): Promise<void> {
  const setting = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores, Node ${process.version}`,
    versions: await versions(),
  };
  const data = { ...setting, figures: figures.map(rounded) };
  await writeFile(DATA, `${JSON.stringify(data, undefined, 2)}\n`);
  await writeFile(CHART, chart(figures, names));
  const { date, machine } = setting;
  await replaceMeasured(PAGE, [
    `Measured on ${date}: ${machine}; ${setting.versions.join(', ')}.`,
    '![What was measured, as bars](performance.svg)',
    figureTable(figures, names),
    ...missed(figures),
  ]);
  const headlines = figures.filter((figure) => figure.chart !== undefined);
  await replaceMeasured(README, [figureTable(headlines, names)]);
  await run(
    'oxfmt',
    [DATA, PAGE, README].map((path) => fileURLToPath(path)),
  );
}

function missed(figures: readonly Figure[]): readonly string[] {
  const names = figures.filter((figure) => isMet(figure) === false);
  if (names.length === 0) return [];
  return [
    'Targets that are missed:',
    names.map(({ name }) => `- ${name}`).join('\n'),
  ];
}

function pathOf(name: string): URL {
  return new URL(`../../${name}`, import.meta.url);
}

async function versions(): Promise<readonly string[]> {
  const own = ['ai', '@durable-streams/server'];
  const peers = [
    '@durable-streams/aisdk-transport',
    'resumable-stream',
    'redis',
  ];
  return Promise.all([
    ...own.map((name) => versionOf(name, '../..')),
    ...peers.map((name) => versionOf(name, '../peers')),
  ]);
}

async function versionOf(name: string, folder: string): Promise<string> {
  const path = `${folder}/node_modules/${name}/package.json`;
  const text = await readFile(new URL(path, import.meta.url), 'utf8');
  // CAST: every package.json has a version.
  return `${name} ${(JSON.parse(text) as { version: string }).version}`;
}

/** To what a measurement can tell. */
function rounded(figure: Figure): unknown {
  const text = JSON.stringify(figure, (_, value: unknown) =>
    typeof value !== 'number'
      ? value
      : Number.isFinite(value)
        ? Number(value.toPrecision(3))
        : 'overloaded',
  );
  return JSON.parse(text);
}
