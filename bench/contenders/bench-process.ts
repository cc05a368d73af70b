import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer } from '../servers/answer-questions.js';

export interface BenchProcessOptions {
  readonly args?: readonly string[];
  /** More flags for Node. */
  readonly flags?: readonly string[];
  /** Where to leave a CPU profile at the end. */
  readonly profileDir?: string | undefined;
}

/** A server in a process of its own, which answers questions by IPC. */
export class BenchProcess implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #waiting: Map<number, (value: unknown) => void>;
  #asked = 0;

  private constructor(
    child: ChildProcess,
    waiting: Map<number, (value: unknown) => void>,
    url: string,
  ) {
    this.#child = child;
    this.#waiting = waiting;
    this.url = url;
  }

  static async start(
    file: string,
    { args = [], flags = [], profileDir }: BenchProcessOptions = {},
  ): Promise<BenchProcess> {
    const path = fileURLToPath(new URL(`../servers/${file}`, import.meta.url));
    const profile =
      profileDir === undefined
        ? []
        : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
    const execArgv = [...process.execArgv, ...flags, ...profile];
    const child = fork(path, args, { execArgv });
    const waiting = new Map<number, (value: unknown) => void>();
    const up = new Promise<unknown>((resolve, reject) => {
      waiting.set(0, resolve);
      child.once('exit', (code) => {
        reject(new Error(`${file} ended at once, with code ${code}.`));
      });
    });
    child.on('message', ({ id, value }: Answer) => {
      waiting.get(id)?.(value);
      waiting.delete(id);
    });
    return new BenchProcess(child, waiting, String(await up));
  }

  /** Microseconds of CPU so far, once nothing is left to do. */
  async cpu(): Promise<number> {
    return Number(await this.ask('cpu'));
  }

  /** Lets the answers end that a plan holds. */
  async release(): Promise<void> {
    await this.ask('release');
  }

  /** One of the questions that the process answers; the rest resolve to nothing. */
  ask(name: string): Promise<unknown> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, name });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
