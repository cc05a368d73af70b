import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DurableStreamTestServer } from '@durable-streams/server';
import { stopServer } from '../log/index.js';
import { DurableChatError } from '../protocol/index.js';

const SETTLE_MS = 50;

/** The official streams server, which can stop and start on the same data. */
export interface Store {
  readonly dir: string | undefined;
  /** Resolves to its origin. */
  start(): Promise<string>;
  /** Waits for its connections: reset them first. */
  stop(): Promise<void>;
  /** Stops, and removes the directory where it was a temporary one. */
  dispose(): Promise<void>;
}

export async function openStore(options: {
  readonly dir?: string;
  readonly fileBacked?: boolean;
}): Promise<Store> {
  const Server = await loadServer();
  const isTemporary = options.dir === undefined && options.fileBacked === true;
  const dir = isTemporary
    ? await mkdtemp(join(tmpdir(), 'durable-streams-'))
    : options.dir;
  let server: DurableStreamTestServer | undefined;
  const stop = async (): Promise<void> => {
    // An append whose caller was cut off still has to reach its file, before
    // the store is closed and another one reads it.
    if (dir !== undefined && server !== undefined) await sleep(SETTLE_MS);
    if (server !== undefined) await stopServer(server);
    server = undefined;
  };
  return {
    dir,
    start() {
      const place = dir === undefined ? {} : { dataDir: dir };
      server = new Server({ port: 0, ...place });
      return server.start();
    },
    stop,
    async dispose() {
      await stop();
      if (isTemporary && dir !== undefined) {
        await rm(dir, { recursive: true, force: true });
      }
    },
  };
}

async function loadServer(): Promise<typeof DurableStreamTestServer> {
  try {
    return (await import('@durable-streams/server')).DurableStreamTestServer;
  } catch (cause) {
    throw new DurableChatError(
      'store-unavailable',
      'startStreams() needs the package @durable-streams/server. ' +
        'Install it: npm install --save-dev @durable-streams/server',
      { cause },
    );
  }
}
