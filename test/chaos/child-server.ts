import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ForkOptions } from '../support/fork-script.js';
import { endProcess, ReservedProcess } from '../support/listening-process.js';
import type { CrashPoint } from './crash-in-append.js';
import type { Measured } from './measured.js';

export type ServerState = 'up' | 'suspended' | 'down';
export type ServerSettings = Readonly<Record<string, string>>;

export interface ChildServerOptions {
  /** From `test/support`. */
  readonly script: string;
  readonly settings: ServerSettings;
  readonly fork?: ForkOptions;
}

/**
 * A server in a process that may be ended and started anew, any number of
 * times. The next process waits in reserve, so that a start takes no time.
 */
export class ChildServer implements AsyncDisposable {
  readonly #options: ChildServerOptions;
  #present: ReservedProcess;
  #reserve: ReservedProcess;
  #state: ServerState = 'down';
  #url = '';

  private constructor(options: ChildServerOptions) {
    this.#options = options;
    this.#present = this.#reserved();
    this.#reserve = this.#reserved();
  }

  static async start(options: ChildServerOptions): Promise<ChildServer> {
    const server = new ChildServer(options);
    await server.#begin();
    return server;
  }

  get url(): string {
    return this.#url;
  }

  /** Resolves when the next process could begin at once. */
  get isReplaceable(): Promise<unknown> {
    return this.#reserve.loaded;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Ends it, and resolves when it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this.#present;
    this.#state = 'down';
    if (hasEnded(child)) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(force);
  }

  /**
   * Lets it end itself in an append of that kind; false where none came in
   * time: then it is still to be ended.
   */
  async crash(point: CrashPoint, withinMs: number): Promise<boolean> {
    const { child } = this.#present;
    const exited = Promise.withResolvers<boolean>();
    const onExit = (): void => exited.resolve(true);
    child.once('exit', onExit);
    const timer = setTimeout(() => exited.resolve(false), withinMs);
    child.send(point);
    const hasCrashed = await exited.promise;
    clearTimeout(timer);
    child.off('exit', onExit);
    return hasCrashed;
  }

  /** After `end` or `crash`. */
  async restart(): Promise<void> {
    this.#present = this.#reserve;
    this.#reserve = this.#reserved();
    await this.#begin();
  }

  suspend(): void {
    this.#present.child.kill('SIGSTOP');
    this.#state = 'suspended';
  }

  resume(): void {
    this.#present.child.kill('SIGCONT');
    this.#state = 'up';
  }

  /** For app servers. */
  async measure(): Promise<Measured> {
    const { child } = this.#present;
    child.send('measure');
    // CAST: what app-process.ts answers; it says nothing else by now.
    const [message] = (await once(child, 'message')) as [
      { readonly measured: Measured },
    ];
    return message.measured;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endProcess(this.#present.child);
    await endProcess(this.#reserve.child);
  }

  #reserved(): ReservedProcess {
    return new ReservedProcess(this.#options.script, this.#options.fork ?? {});
  }

  async #begin(): Promise<void> {
    this.#url = await this.#present.begin(this.#options.settings);
    this.#state = 'up';
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
