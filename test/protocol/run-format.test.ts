import { readUIMessageStream } from 'ai';
import { expect, it } from 'vitest';
import {
  applyLogRecord,
  conversation,
  decodeRecord,
  emptyChatState,
  messageFolder,
} from '../../src/protocol/index.js';

const run = {
  id: 'r',
  messageId: 'm',
  parentId: null,
  agentId: 'assistant',
  epoch: 1,
  attempt: 1,
  status: 'done',
  at: 1,
  leaseMs: 1_000,
};

const chunk = {
  runId: 'r',
  messageId: 'm',
  actorId: 'assistant',
  role: 'assistant',
  seq: 0,
  chunks: [
    { type: 'start', messageId: 'm' },
    { type: 'text-start', id: 't' },
    { type: 'text-delta', id: 't', delta: 'words of another protocol' },
  ],
};

/** What a reader makes of a run of this format. */
async function read(format: object): Promise<number> {
  const state = emptyChatState();
  for (const item of [
    { type: 'run', key: 'r', value: { ...run, ...format, status: 'active' } },
    { type: 'chunk', key: 'r:0', value: chunk },
    { type: 'run', key: 'r', value: { ...run, ...format } },
  ]) {
    const operation = item.type === 'chunk' ? 'insert' : 'upsert';
    const decoded = decodeRecord({ ...item, headers: { operation } });
    if (decoded.kind !== 'record') throw new Error(`It is ${decoded.kind}.`);
    applyLogRecord(state, decoded.record);
  }
  const messages = await conversation(
    state,
    messageFolder(readUIMessageStream),
  );
  return messages.length;
}

it('makes no message of a run whose format it does not know', async () => {
  expect(await read({ format: 'of-later' })).toBe(0);
  expect(await read({ format: 'events' })).toBe(0);
  expect(await read({})).toBe(1);
});

it('skips a run whose format is no name', () => {
  const value = { ...run, format: 7 };
  const headers = { operation: 'upsert' };
  expect(decodeRecord({ type: 'run', key: 'r', value, headers })).toEqual({
    kind: 'malformed',
    field: 'value.format',
  });
});
