import { readUIMessageStream } from 'ai';
import { expect, it } from 'vitest';
import {
  chatMessage,
  messageFolder,
  type LogRecord,
} from '../../src/protocol/index.js';
import {
  batchOf,
  chatOf,
  runOf,
  textMessage,
} from '../protocol/chat-records.js';

const fold = messageFolder(readUIMessageStream);

/** A continuation's first append, and what its writer wrote then. */
const first: readonly LogRecord[] = [
  textMessage('a1', 'q1', 'before'),
  runOf('2', { messageId: 'a1' }),
];
const answer = {
  type: 'chunk',
  key: '2:0',
  headers: { operation: 'insert' },
  value: {
    ...batchOf('2', 0, []).value,
    messageId: 'a1',
    chunks: [
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: ' and after' },
      { type: 'text-end', id: 't' },
    ],
  },
  // CAST: a batch of the run above, as its writer makes it.
} as LogRecord;

// A streams server that died between data and producer state let the repetition
// in. The message's record took the message away from its run, and all that the
// continuation wrote was lost.
it('keeps what a continuation wrote whose first append stands in the log twice', async () => {
  const end = runOf('2', { messageId: 'a1', status: 'done' });
  const once = chatOf([...first, answer, end]);
  const twice = chatOf([...first, ...first, answer, end]);
  const message = await chatMessage(twice, 'a1', fold);
  expect(message?.parts).toMatchObject([
    { text: 'before' },
    { text: ' and after' },
  ]);
  expect(message).toEqual(await chatMessage(once, 'a1', fold));
});
