import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { runProgram } from '../../../src/cli/program.js';
import type { Terminal } from '../../../src/cli/terminal.js';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line in a process of its own, from the sources. */
function start(args: readonly string[]): ChildProcess {
  const command = ['--import', 'tsx', 'src/cli/main.ts', ...args];
  return spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a command to its end: in this process, which loads nothing anew. */
export async function runCli(...args: readonly string[]): Promise<CliResult> {
  const said = { stdout: '', stderr: '' };
  const terminal: Terminal = {
    write: async (text) => void (said.stdout += text),
    writeError: (text) => void (said.stderr += text),
    signal: new AbortController().signal,
  };
  const code = await runProgram(args, terminal);
  return { code, ...said };
}

/** A command that goes on until it is told to end. */
export class RunningCli {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exit: Promise<number | null>;
  /** All that it has said on stderr, once it has ended. */
  readonly stderr: Promise<string>;

  constructor(...args: readonly string[]) {
    this.#child = start(args);
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('It is mute.');
    this.stderr = text(stderr);
    const lines = createInterface({ input: stdout });
    this.#lines = lines[Symbol.asyncIterator]();
    this.#exit = once(this.#child, 'exit').then(([code]) =>
      code === null ? null : Number(code),
    );
  }

  /** The next line that it says. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('It ended.');
    return value;
  }

  /** The next line, which is JSON. */
  async json(): Promise<Readonly<Record<string, unknown>>> {
    // CAST: fields are compared, whatever they are.
    return JSON.parse(await this.line()) as Readonly<Record<string, unknown>>;
  }

  /** Asks it to end. Resolves to its exit code. */
  end(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<number | null> {
    this.#child.kill(signal);
    return this.#exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
    await this.#exit;
  }
}
