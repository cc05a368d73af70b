import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll } from 'vitest';
import { onWorkerd } from '../../runtimes/support/runtimes.js';
import {
  startInstance,
  type Instance,
} from '../../runtimes/support/start-instance.js';
import {
  startCountingProvider,
  type CountingProvider,
} from '../support/counting-provider.js';
import { servesChats } from '../support/serves-chats.js';

let streams: TestStreams;
let provider: CountingProvider;
let instance: Instance;

beforeAll(async () => {
  streams = await startStreams();
  provider = await startCountingProvider();
  const env = { ...provider.env, STREAMS_URL: streams.url };
  instance = await startInstance(onWorkerd('worker.capnp'), env);
});
afterAll(async () => {
  await instance.kill();
  await provider.close();
  await streams.stop();
});

servesChats('Cloudflare Workers', () => ({
  api: `${instance.origin}/api/chat`,
  streams,
  provider,
}));
