import { randomUUID } from 'node:crypto';
import {
  link,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from './process-identity.js';

/** What the newest owner's file says. */
export interface Owner {
  readonly number: number;
  /** `undefined`: it gave the directory back. */
  readonly identity: ProcessIdentity | undefined;
  /** The last sign of life, epoch milliseconds. */
  readonly seenAt: number;
}

/**
 * The files `1`, `2`, `3`… in a directory: the one with the highest number
 * names its owner. Nobody ever removes or replaces somebody else's claim:
 * a new owner creates the next number, which only one process can do, and an
 * owner that leaves empties its own file. So there is no moment in which two
 * processes that find a dead owner could both take its place.
 */
export class OwnerFiles {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  async newest(): Promise<Owner | undefined> {
    await mkdir(this.dir, { recursive: true });
    const number = await this.#highest();
    if (number === 0) return undefined;
    const path = this.#path(number);
    const [text, status] = await Promise.all([
      readFile(path, 'utf8'),
      stat(path),
    ]);
    return { number, identity: parse(text), seenAt: status.mtimeMs };
  }

  /** `false` where somebody else was faster. */
  async create(number: number, identity: ProcessIdentity): Promise<boolean> {
    const draft = join(this.dir, `draft-${randomUUID()}`);
    await writeFile(draft, JSON.stringify(identity), { flush: true });
    try {
      // Unlike a write, a link is there at once with all of its content.
      await link(draft, this.#path(number));
    } catch (error) {
      if (isExisting(error)) return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
    // Who looked long ago may have reused a number that was cleared away.
    if ((await this.#highest()) === number) return true;
    await rm(this.#path(number), { force: true });
    return false;
  }

  /** The number before stays, so that no look can find the directory empty. */
  async clearBefore(number: number): Promise<void> {
    const old = (await this.#numbers()).filter((one) => one < number - 1);
    for (const one of old) await rm(this.#path(one), { force: true });
  }

  async touch(number: number): Promise<void> {
    const now = new Date();
    await utimes(this.#path(number), now, now);
  }

  async release(number: number): Promise<void> {
    await truncate(this.#path(number), 0);
  }

  async #highest(): Promise<number> {
    return Math.max(0, ...(await this.#numbers()));
  }

  async #numbers(): Promise<number[]> {
    const names = await readdir(this.dir);
    return names.filter((name) => /^\d+$/.test(name)).map(Number);
  }

  #path(number: number): string {
    return join(this.dir, String(number));
  }
}

const isExisting = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** An empty file is a released one, a damaged one comes from a power cut. */
function parse(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isIdentity(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'pid' in value &&
    typeof value.pid === 'number' &&
    'space' in value &&
    typeof value.space === 'string'
  );
}
