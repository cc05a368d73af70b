import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunValue } from '../../src/protocol/index.js';
import {
  endProcess,
  startListening,
  type ListeningProcess,
} from '../support/listening-process.js';
import { readLog } from '../support/read-log.js';
import { seededRandom } from '../support/seeded-random.js';
import { sequence } from '../support/sequence.js';
import { post, says } from '../support/session-app.js';
import { SessionTab } from '../support/session-tab.js';
import { share } from '../support/thinned.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('triggers');

const MESSAGES = share(100);
const PATIENCE_MS = 150_000;
const LEASE_MS = 600;

const startInstance = (): Promise<ListeningProcess> =>
  startListening('agent-server-process.ts', {
    env: { STREAMS_URL: streams.url, LEASE_MS: String(LEASE_MS) },
  });

/** The runs of a log, each as it ended, in the order in which they began. */
async function endedRuns(chatId: string): Promise<RunValue[]> {
  const runs = new Map<string, RunValue>();
  for (const record of await readLog(streams, chatId)) {
    if (record.type === 'run') runs.set(record.key, record.value);
  }
  return [...runs.values()];
}

describe('messages that trigger an agent', () => {
  it(
    '[A50] are answered once each, on three instances of which one is killed at any point',
    async () => {
      const chatId = nextChat();
      const random = seededRandom(`${chatId} ${process.env['AI_SDK_PROJECT']}`);
      const instances = await Promise.all([0, 1, 2].map(startInstance));
      const apis = instances.map(({ url }) => `${url}/api/chat`);
      const [dying] = instances;
      try {
        const tabs = await Promise.all(
          apis.map((api) => SessionTab.open({ api, chatId })),
        );
        const [, tab] = tabs;
        if (tab === undefined || dying === undefined) throw new Error('None.');
        const killedAt = Math.floor(random() * MESSAGES);
        for (let number = 0; number < MESSAGES; number += 1) {
          if (number === killedAt) {
            setTimeout(() => dying.child.kill('SIGKILL'), random() * 30);
          }
          const message = says(`m${number}`, `message ${number}`);
          // Who gets no answer sends it again, elsewhere: once it is stored.
          const first = apis[number % apis.length] ?? '';
          await post({ api: first, chatId }, 'messages', { message }).catch(
            () => post({ api: apis[1] ?? '', chatId }, 'messages', { message }),
          );
        }
        await tab.until(async (all) => {
          const done = all.runs().filter(({ status }) => status === 'done');
          return done.length === MESSAGES;
        }, PATIENCE_MS);
        const runs = await endedRuns(chatId);
        const interrupted = runs.filter(
          ({ status }) => status === 'interrupted',
        );
        expect(interrupted.length).toBeLessThanOrEqual(1);
        const answers = runs.filter((run) => run.status !== 'interrupted');
        expect(answers.map(({ triggerId }) => triggerId)).toEqual(
          Array.from({ length: MESSAGES }, (_, number) => `m${number}`),
        );
        const texts = await tab.texts();
        const said = texts.filter((text) => text.startsWith('echo'));
        expect(said).toEqual(
          answers.map(({ triggerId }) => {
            return `echo hears message ${triggerId?.slice(1)}`;
          }),
        );
        await Promise.all(tabs.map((one) => one.close()));
      } finally {
        await Promise.all(instances.map(({ child }) => endProcess(child)));
      }
    },
    PATIENCE_MS + 30_000,
  );
});
