import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Program } from './runtimes.js';

/** An app in a process of its own, on one of the runtimes. */
export interface Instance extends AsyncDisposable {
  /** `http://127.0.0.1:{port}` */
  readonly origin: string;
  /** Ends it in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** `env`: where it finds what it works with. */
export async function startInstance(
  { command, args, listening, title }: Program,
  env: Readonly<Record<string, string>>,
): Promise<Instance> {
  const child = spawn(command, args, {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be killed with all its children.
    detached: true,
  });
  const kill = (): Promise<void> => killGroup(child);
  const killNow = (): void => void kill();
  process.once('exit', killNow);
  child.once('exit', () => process.off('exit', killNow));
  const found = await output(child, listening).catch((error: unknown) => {
    throw new Error(`${title} did not start here (${process.platform}).`, {
      cause: error,
    });
  });
  const origin = found.startsWith('http') ? found : `http://127.0.0.1:${found}`;
  return { origin, kill, [Symbol.asyncDispose]: kill };
}

/** What the pattern finds in all that the process says. */
function output(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const listen = (piece: Buffer): void => {
      text += piece.toString();
      const [, found] = pattern.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`It ended (${code}):\n${text}`));
    });
  });
}

async function killGroup(child: ChildProcess): Promise<void> {
  const isGone = child.exitCode !== null || child.signalCode !== null;
  if (child.pid === undefined || isGone) return;
  const gone = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await gone;
}
