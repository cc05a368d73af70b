import { statSync } from 'node:fs';

/** Whether a file was made before that one; also where it does not exist. */
export function isOlder(path: string, than: string): boolean {
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return made < statSync(than).mtimeMs;
}
