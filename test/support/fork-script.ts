import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HERE = new URL('./', import.meta.url);

export interface ForkOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}

/**
 * Starts a script in a process of its own, on the same `ai`. `name`: its path
 * from this folder.
 */
export function forkScript(
  name: string,
  { env = {}, flags = [] }: ForkOptions = {},
): ChildProcess {
  const preload = new URL('use-ai-sdk.ts', HERE);
  return fork(fileURLToPath(new URL(name, HERE)), {
    execArgv: ['--import', 'tsx', '--import', preload.href, ...flags],
    env: { ...process.env, ...env },
  });
}
