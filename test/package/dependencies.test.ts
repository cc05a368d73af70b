import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const ROOT = `${process.cwd()}/`;

async function manifestIn(folder: string): Promise<Manifest> {
  const text = await readFile(`${folder}package.json`, 'utf8');
  // CAST: npm has read it before.
  return JSON.parse(text) as Manifest;
}

/** Where Node looks for a package that one in `folder` asks for. */
function foldersOf(name: string, folder: string): readonly string[] {
  const places = createRequire(folder).resolve.paths(name) ?? [];
  return places.map((place) => `${place}/${name}/`);
}

/** Everything that a production install brings. */
async function installed(
  folder: string,
  found = new Set<string>(),
): Promise<ReadonlySet<string>> {
  const { dependencies, optionalDependencies } = await manifestIn(folder);
  for (const name of Object.keys({
    ...dependencies,
    ...optionalDependencies,
  })) {
    if (found.has(name)) continue;
    found.add(name);
    for (const place of foldersOf(name, folder)) {
      if (await isThere(place)) await installed(place, found);
    }
  }
  return found;
}

async function isThere(folder: string): Promise<boolean> {
  return manifestIn(folder).then(
    () => true,
    () => false,
  );
}

it('a production install brings what docs/security.md gives a reason for', async () => {
  const page = await readFile('docs/security.md', 'utf8');
  const [, section = ''] = page.split('## Run-time dependencies');
  const [table = ''] = section.split('\nPeers');
  const rows = [...table.matchAll(/^\| `([^`]+)` +\| (\S.*)\|$/gm)];
  const explained = new Set(rows.map(([, name]) => name));
  expect(await installed(ROOT)).toEqual(explained);
});

it('docs/security.md names tests that are there', async () => {
  const page = await readFile('docs/security.md', 'utf8');
  const named = [...page.matchAll(/`([a-z]+\/[a-z-]+\.test\.ts)`/g)];
  const files = new Set(named.map(([, name]) => `test/${name}`));
  expect(files.size).toBeGreaterThan(15);
  expect([...files].filter((file) => !existsSync(file))).toEqual([]);
});
