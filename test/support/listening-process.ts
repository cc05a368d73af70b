import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { forkScript, type ForkOptions } from './fork-script.js';

/** A process that has said where it listens: `{ kind: 'listening', url }`. */
export interface ListeningProcess {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Starts a script of `forkScript`. Rejects where it ends before it listens. */
export async function startListening(
  script: string,
  options: ForkOptions,
): Promise<ListeningProcess> {
  const child = forkScript(script, options);
  return { child, url: await urlOf(child, script) };
}

function urlOf(child: ChildProcess, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (isListening(message)) resolve(message.url);
    });
    child.on('exit', () => reject(new Error(`${script} ended.`)));
  });
}

/**
 * A process that has loaded all it needs, and begins with a message: what came
 * of `begun`. So it is there at once, as where servers wait in reserve.
 */
export class ReservedProcess {
  readonly child: ChildProcess;
  /** Resolves when it has said so: `{ kind: 'loaded' }`. */
  readonly loaded: Promise<unknown>;
  readonly #script: string;

  constructor(script: string, options: ForkOptions) {
    this.#script = script;
    this.child = forkScript(script, options);
    this.loaded = once(this.child, 'message');
    // Told by `begin`, too, and no news where nobody waits for it.
    this.loaded.catch(() => undefined);
  }

  async begin(settings: Readonly<Record<string, string>>): Promise<string> {
    await this.loaded;
    const listening = urlOf(this.child, this.#script);
    this.child.send(settings);
    return listening;
  }
}

/** Kills it, suspended or not, and waits until it is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function isListening(message: unknown): message is { readonly url: string } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    message.kind === 'listening'
  );
}
