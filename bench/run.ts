import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { BenchProcess } from './bench-process.js';
import { contenders } from './contender.js';
import { figureTable, isMet } from './figure-table.js';
import { FULL, measureFigures, QUICK, type Figure } from './figures.js';

// `npm run bench [-- --quick] [--only crowd] [--profile DIR]`: plain SSE of the
// AI SDK and ours, side by side. A whole run leaves docs/performance.json.
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
});

async function measure(): Promise<readonly Figure[]> {
  const profileDir = options.profile;
  await using streams = await BenchProcess.start('./streams-server.ts');
  await using plain = await BenchProcess.start('./app-server.ts', {
    profileDir: profileDir && `${profileDir}/plain`,
  });
  await using durable = await BenchProcess.start('./app-server.ts', {
    args: [streams.url],
    profileDir: profileDir && `${profileDir}/durable`,
  });
  const all = await contenders({ plain, durable, streams });
  const effort = options.quick ? QUICK : FULL;
  return await measureFigures(all, { effort, only: options.only });
}

async function versionOf(name: string): Promise<string> {
  const path = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  // CAST: every package.json has a version.
  return (JSON.parse(await readFile(path, 'utf8')) as { version: string })
    .version;
}

/** To what a measurement can tell. */
function rounded(figure: Figure): object {
  const entries = Object.entries(figure).map(([name, value]) => [
    name,
    typeof value === 'number' ? Number(value.toPrecision(3)) : value,
  ]);
  return Object.fromEntries(entries);
}

async function keep(figures: readonly Figure[]): Promise<void> {
  const result = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores, Node ${process.version}`,
    ai: await versionOf('ai'),
    figures: figures.map(rounded),
  };
  const path = new URL('../docs/performance.json', import.meta.url);
  await writeFile(path, `${JSON.stringify(result, undefined, 2)}\n`);
}

const figures = await measure();
console.log(figureTable(figures));
const missed = figures.filter((figure) => !isMet(figure));
for (const { name } of missed) console.log(`Target missed: ${name}`);
if (!options.quick && options.only === undefined) await keep(figures);
