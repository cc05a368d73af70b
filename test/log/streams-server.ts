import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DurableStreamTestServer } from '@durable-streams/server';
import { vi } from 'vitest';
import type { StreamTarget } from '../../src/log/index.js';

export type StoreKind = 'memory' | 'file';

export const STORES: readonly StoreKind[] = ['memory', 'file'];

interface StoreInside {
  readonly pendingLongPolls: readonly { resolve(messages: []): void }[];
  /** Of the file store only. */
  readonly fileHandlePool?: { fsyncFile: (path: string) => Promise<void> };
}

interface StreamsServerOptions {
  readonly longPollTimeout?: number;
}

/** A real streams server on a random port, which can be restarted on it. */
export class StreamsServer {
  readonly #dataDir: string | undefined;
  readonly #options: StreamsServerOptions;
  #server: DurableStreamTestServer;
  #port = 0;

  private constructor(
    dataDir: string | undefined,
    options: StreamsServerOptions,
  ) {
    this.#dataDir = dataDir;
    this.#options = options;
    this.#server = this.#make();
  }

  static async start(
    store: StoreKind,
    options: StreamsServerOptions = {},
  ): Promise<StreamsServer> {
    // The server speaks on the console of its recovery, and of its own bugs.
    vi.spyOn(console, 'info').mockReturnValue();
    vi.spyOn(console, 'error').mockReturnValue();
    const dataDir =
      store === 'file' ? await mkdtemp(join(tmpdir(), 'log-')) : undefined;
    const streams = new StreamsServer(dataDir, options);
    await streams.#listen();
    return streams;
  }

  get port(): number {
    return this.#port;
  }

  /** For faults: `server.injectFault(path, …)`. */
  get server(): DurableStreamTestServer {
    return this.#server;
  }

  /** Requests that wait for something to be appended. */
  get waitingReaders(): number {
    return this.#inside.pendingLongPolls.length;
  }

  /** A slow disk: what is written stays uncommitted for this long. */
  delayCommits(delayMs: number): void {
    const pool = this.#inside.fileHandlePool;
    const fsync = pool?.fsyncFile.bind(pool);
    if (pool === undefined || fsync === undefined) return;
    pool.fsyncFile = async (path) => {
      await fsync(path);
      await setTimeout(delayMs);
    };
  }

  get #inside(): StoreInside {
    // CAST: private fields of the store; a test that misses them fails.
    return this.#server.store as unknown as StoreInside;
  }

  get #http(): { readonly server: Server | null } {
    // CAST: a private field; where it is missing, stopping only takes longer.
    return this.#server as unknown as { readonly server: Server | null };
  }

  target(path: string, port = this.#port): StreamTarget {
    return { url: `http://127.0.0.1:${port}${path}` };
  }

  async stop(): Promise<void> {
    // The server means to end all waiting readers, but skips every other one,
    // whose timer then throws in the closed store.
    const waiting = [...this.#inside.pendingLongPolls];
    const { server } = this.#http;
    const stopped = this.#server.stop();
    for (const reader of waiting) reader.resolve([]);
    // As a process that ends would: connections that are kept alive go, too.
    server?.closeAllConnections();
    await stopped;
  }

  /** On the same port; with a file store, with the same streams. */
  async startAgain(): Promise<void> {
    this.#server = this.#make();
    await this.#listen();
  }

  async dispose(): Promise<void> {
    await this.stop();
    if (this.#dataDir !== undefined) {
      await rm(this.#dataDir, { recursive: true, force: true });
    }
  }

  #make(): DurableStreamTestServer {
    return new DurableStreamTestServer({
      ...this.#options,
      port: this.#port,
      ...(this.#dataDir !== undefined && { dataDir: this.#dataDir }),
    });
  }

  async #listen(): Promise<void> {
    this.#port = Number(new URL(await this.#server.start()).port);
  }
}
