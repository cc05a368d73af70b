import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunValue } from '../../../src/protocol/index.js';
import {
  endProcess,
  startListening,
  type ListeningProcess,
} from '../../support/listening-process.js';
import { readLog } from '../../support/read-log.js';
import { seededRandom } from '../../support/seeded-random.js';
import { post, says } from '../../support/session-app.js';
import { SessionTab } from '../../support/session-tab.js';

/** How many servers are killed, one after the other: 20 make 200 rounds. */
const KILLS = Number(process.env['KILLS'] ?? 1);
/** How many chats each of them takes with it, wherever they are by then. */
const CHATS = 10;
/** So long before the server is killed the first of them begins. */
const SPREAD_MS = 1_500;
const SEED = process.env['SEED'] ?? 'kill';

let streams: TestStreams;
let folder: string;
beforeAll(async () => {
  streams = await startStreams();
  folder = mkdtempSync(join(tmpdir(), 'kill-rounds-'));
});
afterAll(async () => {
  await streams.stop();
  rmSync(folder, { recursive: true });
});

const startInstance = (trace: string): Promise<ListeningProcess> =>
  startListening('stepping-server-process.ts', {
    env: {
      STREAMS_URL: streams.url,
      LEASE_MS: '600',
      TRACE: trace,
      PACE: '15',
    },
  });

interface Round {
  readonly chatId: string;
  readonly tab: SessionTab;
  readonly apis: readonly [dying: string, other: string];
  readonly delayMs: number;
}

/** Posts a message, and again elsewhere if that had no answer, until it is answered. */
async function playRound(round: Round): Promise<void> {
  const { chatId, tab, apis, delayMs } = round;
  const [dying, other] = apis;
  await sleep(delayMs);
  const message = says('m1', 'Count.');
  await post({ api: dying, chatId }, 'messages', { message }).catch(() =>
    post({ api: other, chatId }, 'messages', { message }),
  );
  await tab.until(
    (all) => all.runs().some(({ status }) => status === 'done'),
    40_000,
  );
  expect((await tab.texts()).join()).toMatch(/There are three sheep in all\.$/);
  await tab.close();
}

async function runsOf(chatId: string): Promise<RunValue[]> {
  const runs = new Map<string, RunValue>();
  for (const record of await readLog(streams, chatId)) {
    if (record.type === 'run') runs.set(record.key, record.value);
  }
  return [...runs.values()];
}

describe('a server that is killed while it runs agents', () => {
  it(
    'leaves each message with one whole answer in one message, and no tool runs twice',
    { timeout: 60_000 + KILLS * 60_000 },
    async () => {
      const random = seededRandom(SEED);
      const trace = join(folder, 'trace.txt');
      writeFileSync(trace, '');
      const other = await startInstance(trace);
      let interrupted = 0;
      // On a slow machine a kill may find nothing that is running.
      const isEnough = (kill: number): boolean =>
        kill >= KILLS * (interrupted > 0 ? 1 : 3);
      for (let kill = 0; !isEnough(kill); kill += 1) {
        const dying = await startInstance(trace);
        const apis = [
          `${dying.url}/api/chat`,
          `${other.url}/api/chat`,
        ] as const;
        const chatIds = Array.from(
          { length: CHATS },
          (_, n) => `k${kill}-${n}`,
        );
        const tabs = await Promise.all(
          chatIds.map(async (chatId) => {
            const tab = await SessionTab.open({ api: apis[1], chatId });
            return { chatId, tab };
          }),
        );
        const rounds = tabs.map((one) =>
          playRound({ ...one, apis, delayMs: random() * SPREAD_MS }),
        );
        await sleep(SPREAD_MS);
        await endProcess(dying.child);
        await Promise.all(rounds);
        for (const chatId of chatIds) {
          const runs = await runsOf(chatId);
          const whole = runs.filter(({ status }) => status !== 'interrupted');
          expect(whole).toMatchObject([{ status: 'done', triggerId: 'm1' }]);
          const messageIds = new Set(runs.map(({ messageId }) => messageId));
          expect(messageIds.size).toBe(1);
          interrupted += runs.length - whole.length;
        }
      }
      await endProcess(other.child);
      const used = readFileSync(trace, 'utf8').split('\n').filter(Boolean);
      expect(used.length).toBe(new Set(used).size);
      expect(interrupted).toBeGreaterThan(0);
    },
  );
});
