import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadPeer } from '../peers/load-peer.js';
import type { StoreUsage } from '../servers/store-usage.js';
import type { Store } from './store.js';

interface RedisClient {
  on(event: 'error', listener: () => void): void;
  connect(): Promise<unknown>;
  sendCommand(command: readonly string[]): Promise<unknown>;
  destroy(): void;
}

/** A Redis of our own, in memory, with what Debian's package has as defaults. */
export async function startRedisStore(): Promise<Store> {
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', ''];
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  await once(server, 'spawn');
  const url = `redis://127.0.0.1:${port}`;
  const client = await connect(url);
  return {
    url,
    usage: async () =>
      usageIn(String(await client.sendCommand(['INFO', 'everything']))),
    async [Symbol.asyncDispose]() {
      client.destroy();
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // CAST: a server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A new Redis takes a moment until it listens: the client tries again. */
async function connect(url: string): Promise<RedisClient> {
  // CAST: the package `redis`, version 6.
  const { createClient } = (await loadPeer('redis')) as {
    createClient: (options: { url: string }) => RedisClient;
  };
  const client = createClient({ url });
  client.on('error', () => undefined);
  const late = new AbortController();
  const connected = client.connect().finally(() => late.abort());
  const limit = sleep(10_000, undefined, { signal: late.signal }).then(
    () => Promise.reject(new Error('Redis does not answer.')),
    () => undefined,
  );
  await Promise.race([connected, limit]);
  return client;
}

/** Of the report that `INFO` gives; our own asking is left out. */
function usageIn(info: string): StoreUsage {
  const values = new Map<string, string>();
  for (const line of info.split('\r\n')) {
    const [name = '', value = ''] = line.split(':');
    values.set(name, value);
  }
  const number = (name: string): number => Number(values.get(name));
  let requests = 0;
  for (const [name, value] of values) {
    if (!name.startsWith('cmdstat_') || name === 'cmdstat_info') continue;
    requests += Number(/^calls=(\d+)/.exec(value)?.[1]);
  }
  return {
    requests,
    bytesIn: number('total_net_input_bytes'),
    bytesOut: number('total_net_output_bytes'),
    cpu: (number('used_cpu_user') + number('used_cpu_sys')) * 1e6,
    connections: number('connected_clients') - 1,
  };
}
