import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appendPlain, createStream, logTarget } from '../../src/log/index.js';
import {
  answerRecord,
  type AnswerValue,
  type LogRecord,
} from '../../src/protocol/index.js';
import { runOf, textMessage } from '../protocol/chat-records.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

/** Two calls of a client tool. */
const calls: LogRecord = {
  type: 'chunk',
  key: '1:0',
  value: {
    runId: '1',
    messageId: 'a1',
    actorId: 'assistant',
    role: 'assistant',
    seq: 0,
    chunks: ['t1', 't2'].map((toolCallId) => ({
      type: 'tool-input-available',
      toolCallId,
      toolName: 'ask',
      input: {},
    })),
  },
  headers: { operation: 'insert' },
};

const answer = (toolCallId: string, output: string): AnswerValue => ({
  id: toolCallId,
  kind: 'tool-output',
  messageId: 'a1',
  toolCallId,
  actorId: 'ann',
  at: 1,
  output,
});

it('shows what was answered in a session where the app has no agents any more', async () => {
  const chatId = 'answers-without-agents';
  const log = logTarget(streams, chatId);
  const write = (...records: readonly LogRecord[]) =>
    appendPlain(log, { body: JSON.stringify(records) });
  await createStream(log);
  await write(
    textMessage('q1'),
    runOf('1', { parentId: 'q1' }),
    calls,
    runOf('1', { parentId: 'q1', status: 'done' }),
    answerRecord(answer('t1', 'first')),
    answerRecord(answer('t1', 'late')),
  );
  await using instances = await startInstances({ streams });
  const { one, other } = instances;
  const answered = (outputs: readonly (string | undefined)[]) => [
    { id: 'q1' },
    {
      id: 'a1',
      parts: outputs.map((output) =>
        output === undefined
          ? { state: 'input-available' }
          : { state: 'output-available', output },
      ),
    },
  ];
  const loaded = async ({ chat }: typeof one) =>
    (await chat.load(chatId)).messages;
  expect(await loaded(one)).toMatchObject(answered(['first', undefined]));
  await one.settled();
  // From the history, and from what the log says after its checkpoint.
  expect(await loaded(other)).toMatchObject(answered(['first', undefined]));
  await write(answerRecord(answer('t2', 'second')));
  expect(await loaded(other)).toMatchObject(answered(['first', 'second']));
  const next = runOf('2', { parentId: 'q2', status: 'done' });
  await write(textMessage('q2', 'a1'), next);
  await loaded(one);
  await one.settled();
  const { messages } = await other.chat.load(chatId);
  expect(messages.slice(0, 2)).toMatchObject(answered(['first', 'second']));
});
