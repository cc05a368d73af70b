import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/** A process, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in a measure of the system's own; Linux only. */
  readonly startedAt: string | undefined;
  /**
   * Where its number means something: this boot of this machine and, on Linux,
   * this PID namespace. In two containers both may be number 1.
   */
  readonly space: string;
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  const { pid } = process;
  const [about, space] = await Promise.all([statOf(pid), ownSpace()]);
  return { pid, startedAt: about?.startedAt, space };
}

/** `unknown`: it lives in a space of which we cannot know. */
export async function livenessOf(
  other: ProcessIdentity,
  own: ProcessIdentity,
): Promise<'alive' | 'dead' | 'unknown'> {
  if (other.space !== own.space) return 'unknown';
  if (!hasProcess(other.pid)) return 'dead';
  const about = await statOf(other.pid);
  if (about === undefined) return 'alive';
  const isOther = about.startedAt !== other.startedAt;
  return isOther || about.isZombie ? 'dead' : 'alive';
}

function hasProcess(pid: number): boolean {
  try {
    // Signal 0 is not sent; it only asks (kill(2)).
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

interface ProcessStat {
  readonly startedAt: string | undefined;
  /** Dead, only that its parent has not taken notice yet. */
  readonly isZombie: boolean;
}

/** `undefined` where the system has no `/proc`. */
async function statOf(pid: number): Promise<ProcessStat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (text === '') return undefined;
  // The second field, the name in brackets, may hold anything: proc(5).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', threads, startedAt] = [fields[0], fields[17], fields[19]];
  // A killed process may still be writing in another of its threads.
  return { startedAt, isZombie: /^[ZX]$/.test(state) && Number(threads) <= 1 };
}

async function ownSpace(): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
