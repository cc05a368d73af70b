import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChatApp, type ChatAppOptions } from '../support/chat-app.js';
import { openTab, plain, textOf, until } from '../support/chat-client.js';
import { numberAnswer, NUMBERS } from '../support/number-answer.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

const nextChat = sequence('foreign');

/** What others may write, or a disk may spoil. */
const damaged: readonly unknown[] = [
  1,
  'text',
  null,
  true,
  {},
  { headers: { control: 'reset' } },
  { type: 7 },
  { type: 'run' },
  { type: 'run', key: 'r', headers: { operation: 'delete' } },
  { type: 'run', key: 'r', headers: { operation: 'upsert' }, value: {} },
  { type: 'chunk', key: 'c', headers: { operation: 'delete' } },
  { type: 'chunk', key: 'r:0', headers: { operation: 'insert' }, value: null },
  {
    type: 'chunk',
    key: 'r:0',
    headers: { operation: 'insert' },
    value: { runId: 'r', seq: '0', chunks: 'x' },
  },
  { type: 'message', key: 'm', headers: {}, value: { id: 'm' } },
  {
    type: 'message',
    key: 'm',
    headers: { operation: 'upsert' },
    value: { id: 'm', role: 'user', parts: [null] },
  },
  { type: 'checkpoint', key: 'x', headers: { operation: 'upsert' }, value: [] },
];

/** Not ours, but no damage either. */
const foreign: readonly unknown[] = [
  { type: 'presence', key: 'alice', headers: { operation: 'upsert' } },
  { type: '__proto__', key: 'x', value: {}, headers: {} },
];

async function write(chatId: string, items: readonly unknown[]) {
  const response = await fetch(`${streams.url}/${chatId}/log`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // The protocol flattens one level: each item is one of the log.
    body: JSON.stringify(items),
  });
  expect(response.ok).toBe(true);
}

/** An app, and what it was told of damaged records. */
async function openApp(options: Partial<ChatAppOptions> = {}) {
  const reports: string[] = [];
  const stored: Promise<unknown>[] = [];
  const app = await startChatApp({
    streams: { url: streams.url },
    waitUntil: (promise) => void stored.push(promise),
    onError: (error, { source }) =>
      void reports.push(`${source}: ${String(error)}`),
    ...options,
  });
  return { app, reports, stored };
}

describe('[A43] records that are not ours, or damaged,', () => {
  it('end no reader, cost no text, and are told once each', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    const { app, reports, stored } = await openApp({ model });
    const id = nextChat();
    const writer = openTab(app.api, { id });
    const sent = writer.chat.sendMessage({ text: 'Count.' });
    await until(writer, ({ messages }) =>
      textOf(messages[1]).includes('three'),
    );
    const reader = openTab(app.api, {
      id,
      init: { messages: plain(writer.chat.messages.slice(0, 1)) },
    });
    const resumed = reader.chat.resumeStream();
    await until(reader, ({ messages }) => messages.length > 1);
    await write(id, [...damaged, ...foreign]);
    await write(id, [...damaged, ...foreign]);
    middle.open();
    await Promise.all([sent, resumed]);
    for (const { chat, statuses } of [writer, reader]) {
      expect(textOf(chat.messages[1])).toBe(NUMBERS);
      expect(statuses).not.toContain('error');
    }
    await Promise.all(stored);
    const { messages } = await writer.transport.load({ chatId: id });
    expect(messages).toEqual(plain(writer.chat.messages));
    expect(new Set(reports).size).toBe(reports.length);
    for (const report of reports) expect(report).toMatch(/^record: /);
    for (const field of ['type', 'key', 'value', 'headers.operation']) {
      expect(reports.join('\n')).toContain(`its ${field} is`);
    }
    await app.close();
  });

  it('do not come back with the next turns, nor on another instance', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    middle.open();
    const first = await openApp({ model });
    const id = nextChat();
    const tab = openTab(first.app.api, { id });
    await tab.chat.sendMessage({ text: 'Count.' });
    await Promise.all(first.stored);
    await write(id, damaged);
    await tab.chat.sendMessage({ text: 'Again.' });
    await Promise.all(first.stored);
    expect(tab.statuses).not.toContain('error');
    const second = await openApp({ model, history: 'server' });
    const other = openTab(second.app.api, { id });
    const { messages } = await other.transport.load({ chatId: id });
    expect(messages).toEqual(plain(tab.chat.messages));
    expect(second.reports).toEqual([]);
    await first.app.close();
    await second.app.close();
  });

  it('leave of an answer what stands before a gap', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    middle.open();
    const { app, reports, stored } = await openApp({ model });
    const id = nextChat();
    const tab = openTab(app.api, { id });
    await tab.chat.sendMessage({ text: 'Count.' });
    await Promise.all(stored);
    const run = {
      id: 'lost',
      messageId: 'half',
      parentId: tab.chat.messages.at(-1)?.id ?? null,
      agentId: 'assistant',
      epoch: Date.now() * 2,
      attempt: 1,
      at: Date.now(),
      leaseMs: 15_000,
    };
    const chunkOf = (seq: number, chunks: object[]) => ({
      type: 'chunk',
      key: `lost:${seq}`,
      headers: { operation: 'insert' },
      value: {
        runId: 'lost',
        messageId: 'half',
        actorId: 'assistant',
        role: 'assistant',
        seq,
        chunks,
      },
    });
    const runOf = (status: string) => ({
      type: 'run',
      key: 'lost',
      headers: { operation: 'upsert' },
      value: { ...run, status },
    });
    await write(id, [
      runOf('active'),
      chunkOf(0, [
        { type: 'start', messageId: 'half' },
        { type: 'text-start', id: 't' },
        { type: 'text-delta', id: 't', delta: 'before' },
      ]),
      chunkOf(9, [{ type: 'text-delta', id: 't', delta: 'after' }]),
      runOf('done'),
    ]);
    const { messages } = await tab.transport.load({ chatId: id });
    expect(textOf(messages.at(-1))).toBe('before');
    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain('value.seq');
    await app.close();
  });
});
