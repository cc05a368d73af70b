import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { vi } from 'vitest';

const PATIENCE = { timeout: 20_000, interval: 50 };
const HOST = '127.0.0.1';

/** An example, and what starts it once it is built. */
export interface Example {
  readonly place: string;
  /** The pause before each word: an answer takes some seconds. */
  readonly delayMs: number;
  /** The script that Node runs there, and its arguments. */
  readonly command: (port: string) => readonly string[];
}

const NEXT_PLACE = resolve('examples/next');

/** The chat of one user, under `next start`. */
export const NEXT: Example = {
  place: NEXT_PLACE,
  delayMs: 8,
  command: (port) => {
    const next = createRequire(join(NEXT_PLACE, 'package.json'));
    const script = next.resolve('next/dist/bin/next');
    return [script, 'start', '-H', HOST, '-p', port];
  },
};

/** The room of several users and agents; it takes its port from `PORT`. */
export const COLLAB: Example = {
  place: resolve('examples/collab'),
  delayMs: 25,
  command: () => ['server/main.ts'],
};

/** A built example, with chats of its own. */
export class ExampleServer {
  readonly #port: number;
  readonly #env: NodeJS.ProcessEnv;
  readonly #example: Example;
  #process: ChildProcess | undefined;

  private constructor(example: Example, port: number, env: NodeJS.ProcessEnv) {
    this.#example = example;
    this.#port = port;
    this.#env = { ...cleanEnvironment(), PORT: String(port), ...env };
  }

  static async start(
    settings: NodeJS.ProcessEnv = {},
    example = NEXT,
  ): Promise<ExampleServer> {
    const dir = await mkdtemp(join(tmpdir(), 'browser-chats-'));
    const server = new ExampleServer(example, await freePort(), {
      DEMO_DELAY_MS: String(example.delayMs),
      ...settings,
      DEMO_STREAMS_DIR: dir,
    });
    await server.start();
    return server;
  }

  get url(): string {
    return `http://${HOST}:${this.#port}`;
  }

  /** On the same port and with the same chats as before. */
  async start(): Promise<void> {
    const { place, command } = this.#example;
    const child = spawn(process.execPath, command(String(this.#port)), {
      cwd: place,
      env: this.#env,
      // A group of its own, so that it can be killed with all its children.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    await readyToServe(child);
  }

  /** Resolves when no run is active in the chat of this page. */
  async isIdle(path: string): Promise<void> {
    const address = `${this.url}/api${path}`;
    await vi.waitUntil(async () => {
      const text = await (await fetch(address)).text();
      return text.includes('"activeRunId":null');
    }, PATIENCE);
  }

  /** Ends it in the middle of whatever it does, as the kernel would. */
  async crash(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.pid === undefined || child.exitCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    process.kill(-child.pid, 'SIGKILL');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.crash();
    const dir = this.#env['DEMO_STREAMS_DIR'];
    if (dir !== undefined) await rm(dir, { recursive: true, force: true });
  }
}

/** No key, so that the model is the scripted one; and no test mode. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { OPENAI_API_KEY: _, ANTHROPIC_API_KEY: __, ...env } = process.env;
  delete env['DURABLE_STREAMS_URL'];
  return { ...env, NODE_ENV: 'production' };
}

function readyToServe(child: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    let output = '';
    const listen = (piece: Buffer): void => {
      output += piece.toString();
      if (/\bReady\b/.test(output)) done();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', fail);
    child.once('exit', (code) => {
      fail(new Error(`The example ended (${code}):\n${output}`));
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, HOST, () => {
      // CAST: a server that listens on TCP has an address of this kind.
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
