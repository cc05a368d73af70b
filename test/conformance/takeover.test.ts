import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endProcess, startListening } from '../support/listening-process.js';
import { readLog } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { post, says } from '../support/session-app.js';
import { SessionTab } from '../support/session-tab.js';

let streams: TestStreams;
let folder: string;
beforeAll(async () => {
  streams = await startStreams();
  folder = mkdtempSync(join(tmpdir(), 'takeover-'));
});
afterAll(async () => {
  await streams.stop();
  rmSync(folder, { recursive: true });
});
const nextChat = sequence('takeover');

const startInstance = (trace: string, isSlow: boolean) =>
  startListening('stepping-server-process.ts', {
    env: {
      STREAMS_URL: streams.url,
      LEASE_MS: '600',
      TRACE: trace,
      PACE: isSlow ? 'slow' : '0',
    },
  });

describe('an agent whose instance is killed', () => {
  it('[A55] in its second step is taken over there: same message, and no tool runs twice', async () => {
    const chatId = nextChat();
    const trace = join(folder, `${chatId}.txt`);
    const dying = await startInstance(trace, true);
    const other = await startInstance(trace, false);
    try {
      const api = `${other.url}/api/chat`;
      await using tab = await SessionTab.open({ api, chatId });
      const first = { api: `${dying.url}/api/chat`, chatId };
      await post(first, 'messages', { message: says('m1', 'Count.') });
      await tab.until(async (all) =>
        (await all.texts()).join().includes('are'),
      );
      const [, begun] = await tab.messages();
      await endProcess(dying.child);
      await tab.until((all) => all.runs().length === 2);
      await tab.untilIdle(2);
      const messages = await tab.messages();
      expect(messages.map(({ id }) => id)).toEqual(['m1', begun?.id]);
      expect(messages[1]?.parts).toMatchObject([
        { type: 'step-start' },
        { type: 'text', text: 'Let me count. ' },
        { type: 'tool-count', state: 'output-available', output: { sheep: 3 } },
        { type: 'step-start' },
        { type: 'text', text: 'There are three sheep in all.' },
      ]);
      expect(readFileSync(trace, 'utf8')).toBe(`${chatId}\n`);
      const ends = (await readLog(streams, chatId)).flatMap((record) =>
        record.type === 'run' && record.value.status !== 'active'
          ? [`${record.key} ${record.value.status}`]
          : [],
      );
      expect(ends).toEqual(['counter~m1 interrupted', 'counter~m1~r2 done']);
      await using late = await SessionTab.open({ api, chatId });
      await late.until(({ events }) => events.length > 0);
      expect(await late.messages()).toEqual(messages);
    } finally {
      await Promise.all([dying, other].map(({ child }) => endProcess(child)));
    }
  });
});
