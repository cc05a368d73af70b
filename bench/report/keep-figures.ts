import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Figure } from './figure.js';

/** Writes them where the docs have them. */
export async function keepFigures(figures: readonly Figure[]): Promise<void> {
  const result = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores, Node ${process.version}`,
    ai: await versionOf('ai'),
    figures: figures.map(rounded),
  };
  const path = new URL('../../docs/performance.json', import.meta.url);
  await writeFile(path, `${JSON.stringify(result, undefined, 2)}\n`);
}

async function versionOf(name: string): Promise<string> {
  const path = new URL(
    `../../node_modules/${name}/package.json`,
    import.meta.url,
  );
  // CAST: every package.json has a version.
  return (JSON.parse(await readFile(path, 'utf8')) as { version: string })
    .version;
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
