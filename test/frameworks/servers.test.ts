// @vitest-environment node
import {
  startInstance,
  startStreams,
  type Instance,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll } from 'vitest';
import {
  startCountingProvider,
  type CountingProvider,
} from './support/counting-provider.js';
import { servesChats } from './support/serves-chats.js';

/** Those that listen by themselves, and those whose framework starts them. */
const SCRIPTS = {
  Hono: 'examples/servers/hono.ts',
  Express: 'examples/servers/express.ts',
  Fastify: 'examples/servers/fastify.ts',
  SvelteKit: 'test/frameworks/app/on-sveltekit.ts',
  'React Router': 'test/frameworks/app/on-react-router.ts',
};

let streams: TestStreams;
let provider: CountingProvider;
const instances = new Map<string, Instance>();

const start = async ([name, script]: [string, string]): Promise<void> => {
  const env = { ...provider.env, STREAMS_URL: streams.url };
  const instance = await startInstance({ command: ['tsx', script], env });
  instances.set(name, instance);
};

beforeAll(async () => {
  streams = await startStreams();
  provider = await startCountingProvider();
  await Promise.all(Object.entries(SCRIPTS).map(start));
});
afterAll(async () => {
  await Promise.all([...instances.values()].map((it) => it.kill()));
  await provider.close();
  await streams.stop();
});

for (const name of Object.keys(SCRIPTS))
  servesChats(name, () => {
    const url = instances.get(name)?.url;
    return { api: `${url}/api/chat`, streams, provider };
  });
