import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { realSleep } from './real-sleep.js';

const LOOPBACK = '127.0.0.1';
const LOOK_MS = 25;

export interface StartInstanceOptions {
  /** A program and its arguments: `['node', 'server.js']`. No shell. */
  readonly command: readonly [string, ...string[]];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the working directory of this process. */
  readonly cwd?: string;
  /** How long it may take until it listens. Default 60,000. */
  readonly timeoutMs?: number;
  /**
   * Where it writes: `ignore` (the default), or `inherit` to see it in the
   * output of the tests.
   */
  readonly output?: 'ignore' | 'inherit';
}

/** A server of yours, in a process of its own. */
export interface Instance extends AsyncDisposable {
  /** `http://127.0.0.1:{port}` */
  readonly url: string;
  readonly pid: number;
  /** Resolves when it has ended, killed or of itself. */
  readonly ended: Promise<void>;
  /**
   * Ends it at once, with what it has started: `SIGKILL`, which no server can
   * prepare for. Resolves when it has ended; also where it had before.
   */
  kill(): Promise<void>;
  /** Stops its time, as a machine does that is moved: `SIGSTOP`. */
  suspend(): void;
  /** Lets it go on: `SIGCONT`. */
  resume(): void;
}

/**
 * Starts a server as a process, waits until it listens on the port that the
 * environment variable `PORT` names, and kills it as a crash would. Two of them
 * are two instances of your app. What still runs ends with this process. Not
 * for Windows, which has no such signals.
 *
 * @throws Error where it ends, or does not listen, in `timeoutMs`
 *
 * @example
 * await using streams = await startStreams()
 * const env = { STREAMS_URL: streams.url }
 * await using one = await startInstance({ command: ['node', 'server.js'], env })
 * await one.kill()
 */
export async function startInstance(
  options: StartInstanceOptions,
): Promise<Instance> {
  const { command, env = {}, cwd, output = 'ignore' } = options;
  const [program, ...args] = command;
  const port = await freePort();
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, PORT: String(port), ...env },
    // A group of its own: `npx next start` is more than one process.
    detached: true,
    stdio: ['ignore', output, output],
  });
  const started = new StartedProcess(child, port);
  try {
    await started.listening(options.timeoutMs ?? 60_000);
  } catch (cause) {
    await started.kill();
    const message = `"${command.join(' ')}" does not listen on PORT ${port}.`;
    throw new Error(message, { cause });
  }
  return started;
}

class StartedProcess implements Instance {
  readonly url: string;
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #port: number;
  readonly #onExit = (): void => this.#signal('SIGKILL');
  #failure: Error | undefined;
  #hasEnded = false;

  constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
    this.url = `http://${LOOPBACK}:${port}`;
    this.ended = new Promise((resolve) => {
      const end = (failure?: Error): void => {
        this.#failure = failure;
        this.#hasEnded = true;
        process.off('exit', this.#onExit);
        resolve();
      };
      child.once('exit', () => end());
      child.once('error', end);
    });
    process.on('exit', this.#onExit);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async listening(timeoutMs: number): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMs);
    while (!(await isOpen(this.#port))) {
      if (this.#hasEnded) throw this.#failure ?? new Error('It has ended.');
      await realSleep(LOOK_MS, signal);
    }
  }

  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.ended;
  }

  suspend(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#hasEnded) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended in this very moment.
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  // CAST: a server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    const answer = (isListening: boolean): void => {
      socket.destroy();
      resolve(isListening);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
