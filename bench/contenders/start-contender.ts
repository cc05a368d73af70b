import { BenchProcess } from './bench-process.js';
import { apiOf, type Contender, type ContenderName } from './contender.js';
import { openTransportOf } from './open-transport.js';
import { startRedisStore } from './redis-store.js';
import type { Store } from './store.js';
import { startStreamsStore } from './streams-store.js';

/** Starts its app and its store; both end with `stack`. */
export async function startContender(
  name: ContenderName,
  stack: AsyncDisposableStack,
  profileDir?: string,
): Promise<Contender> {
  const started = await startStore(name);
  const store = started && stack.use(started);
  const open = await openTransportOf(name);
  const startApp = async (
    options: object,
    profile?: string,
  ): Promise<BenchProcess> => {
    const given = { kind: name, storeUrl: store?.url, ...options };
    const app = await BenchProcess.start('app-server.ts', {
      args: [JSON.stringify(given)],
      flags: ['--expose-gc'],
      profileDir: profile && `${profile}/${name}`,
    });
    return app;
  };
  const app = stack.use(await startApp({}, profileDir));
  return {
    name,
    app,
    store,
    transport: open(apiOf(app)),
    openPage: (other = app) => open(apiOf(other)),
    startApp: (options = {}) => startApp(options),
  };
}

async function startStore(name: ContenderName): Promise<Store | undefined> {
  switch (name) {
    case 'plain':
      return undefined;
    case 'durable':
    case 'aisdk-transport':
      return startStreamsStore();
    case 'resumable-stream':
      return startRedisStore();
  }
}
