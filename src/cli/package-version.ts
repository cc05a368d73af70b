import { readFileSync } from 'node:fs';

/** Of this package, as it is installed. */
export function packageVersion(): string {
  // From `src/cli` and `dist/cli` alike.
  const file = new URL('../../package.json', import.meta.url);
  // CAST: npm has read it before.
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly version: string;
  };
  return manifest.version;
}
