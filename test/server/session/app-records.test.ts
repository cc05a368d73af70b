import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readLog } from '../../support/read-log.js';
import { sequence } from '../../support/sequence.js';
import { authorizeByHeader, echo, post } from '../../support/session-app.js';
import { SessionTab } from '../../support/session-tab.js';
import { startInstances } from '../../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('app-records');

describe('records of the app', () => {
  it('are checked, written, told of live and to who comes late, and deleted', async () => {
    const note = z.object({ text: z.string(), stars: z.number() });
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { echo: echo('echo') },
      records: { note },
    });
    const { api } = instances.one;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    await tab.until(({ events }) => events.length > 0);
    const written = { type: 'note', key: 'n1', value: { text: 'x', stars: 3 } };
    const posted = await post({ api, chatId }, 'records', written);
    expect(posted).toEqual({ status: 200, json: { type: 'note', key: 'n1' } });
    const all = new Map([['note n1', written.value]]);
    await tab.until(({ app }) => app.size === 1);
    expect(tab.app).toEqual(all);
    await using late = await SessionTab.open({ api, chatId });
    await late.until(({ app }) => app.size === 1);
    expect(late.app).toEqual(all);
    for (const [wrong, reason] of [
      [{ ...written, value: { text: 'x' } }, /stars|number/i],
      [{ ...written, type: 'message' }, /type/],
      [{ ...written, key: '' }, /key/],
    ] as const) {
      const refused = await post({ api, chatId }, 'records', wrong);
      expect(refused.status).toBe(400);
      expect(JSON.stringify(refused.json)).toMatch(reason);
    }
    await post({ api, chatId }, 'records', {
      type: 'note',
      key: 'n1',
      operation: 'delete',
    });
    await tab.until(({ app }) => app.size === 0);
    await using after = await SessionTab.open({ api, chatId });
    await after.until(({ lastEventId }) => lastEventId === tab.lastEventId);
    expect(after.app.size).toBe(0);
    await expect(readLog(streams, chatId)).rejects.toThrow(/note/);
  });
});
