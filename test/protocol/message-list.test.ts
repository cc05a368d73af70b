import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyToMessageList,
  emptyMessageList,
  messageRecord,
  type LogRecord,
  type MessageList,
  type RunRecord,
} from '../../src/protocol/index.js';
import { batchOf, runOf, textMessage } from './chat-records.js';
import { runs } from './runs.js';

const listOf = (
  records: readonly LogRecord[],
  from = emptyMessageList,
): MessageList => records.reduce(applyToMessageList, from);

const idsOf = (...records: readonly LogRecord[]): string[] =>
  listOf(records).messages.map(({ id }) => id);

const deletion = (key: string): LogRecord => ({
  type: 'message',
  key,
  headers: { operation: 'delete' },
});

/** A run of an agent that answers `parentId` in the message `a{id}`. */
const answering = (
  id: string,
  parentId: string | null,
  agentId: string,
): LogRecord => runOf(id, { parentId, agentId });

const question = textMessage('q1');
const twoAnswers = [
  question,
  answering('1', 'q1', 'writer'),
  answering('2', 'q1', 'critic'),
];

describe('the list of a session', () => {
  it('has each message in the place where the log first told of it', () => {
    const records = [...twoAnswers, textMessage('q2', 'a2')];
    expect(idsOf(...records)).toEqual(['q1', 'a1', 'a2', 'q2']);
    expect(idsOf(...records, textMessage('a1', 'q1'), question)).toEqual([
      'q1',
      'a1',
      'a2',
      'q2',
    ]);
  });

  it('keeps what others answered when an agent answers anew', () => {
    const more = [textMessage('q2', 'a2'), answering('3', 'q2', 'writer')];
    const records = [...twoAnswers, ...more];
    expect(idsOf(...records)).toEqual(['q1', 'a1', 'a2', 'q2', 'a3']);
    expect(idsOf(...records, answering('4', 'q1', 'writer'))).toEqual([
      'q1',
      'a2',
      'a4',
    ]);
  });

  it('shows one agent as useChat does when it answers anew', () => {
    const records = [question, answering('1', 'q1', 'assistant')];
    const more = [textMessage('q2', 'a1'), answering('2', 'q2', 'assistant')];
    const anew = answering('3', 'q1', 'assistant');
    expect(idsOf(...records, ...more, anew)).toEqual(['q1', 'a3']);
  });

  it('knows who answered from records of the messages, too', () => {
    const stored = { ...textMessage('a1', 'q1') };
    if (stored.value === undefined) throw new Error('There is a value.');
    const own = { ...stored, value: { ...stored.value, actorId: 'writer' } };
    const anew = answering('3', 'q1', 'writer');
    expect(idsOf(question, own, anew)).toEqual(['q1', 'a3']);
    expect(idsOf(question, stored, anew)).toEqual(['q1', 'a1', 'a3']);
  });

  it('lets an agent that began the chat begin it anew', () => {
    const greeting = answering('1', null, 'writer');
    const records = [greeting, textMessage('q1', 'a1')];
    expect(idsOf(...records, answering('2', null, 'writer'))).toEqual(['a2']);
    expect(idsOf(...records, answering('2', null, 'critic'))).toEqual([
      'a1',
      'q1',
      'a2',
    ]);
  });

  it('drops what followed a question that was edited', () => {
    const edited = textMessage('q1', null, 'Anew');
    expect(idsOf(...twoAnswers, edited)).toEqual(['q1']);
    expect(listOf([...twoAnswers, edited]).messages[0]?.value).toBe(
      edited.value,
    );
  });

  it('keeps what follows an answer whose record says something new', () => {
    const records = [...twoAnswers, textMessage('a1', 'q1')];
    const anew = textMessage('a1', 'q1', 'more');
    expect(idsOf(...records, anew)).toEqual(['q1', 'a1', 'a2']);
  });

  it('goes on in the message that a run continues', () => {
    const again = runOf('9', { messageId: 'a1', parentId: 'q1' });
    expect(idsOf(...twoAnswers, again)).toEqual(['q1', 'a1', 'a2']);
  });

  it('does without what was deleted, whatever its run still says', () => {
    const records = [...twoAnswers, deletion('a1')];
    expect(idsOf(...records)).toEqual(['q1', 'a2']);
    const end = runOf('1', { parentId: 'q1', status: 'done' });
    expect(idsOf(...records, end)).toEqual(['q1', 'a2']);
    expect(idsOf(question, end)).toEqual(['q1']);
    expect(idsOf(...records, textMessage('a1', 'q1'))).toEqual([
      'q1',
      'a2',
      'a1',
    ]);
  });

  it('does without the answer to a question that was taken back', () => {
    const late = answering('3', 'q2', 'writer');
    const records = [question, textMessage('q2', 'q1'), deletion('q2'), late];
    expect(idsOf(...records)).toEqual(['q1']);
  });

  it('has nothing of a run that was stopped before it began', () => {
    const tombstone = runOf('1', { attempt: 0, messageId: '' });
    expect(idsOf(question, tombstone)).toEqual(['q1']);
    expect(idsOf(question, tombstone, answering('1', 'q1', 'x'))).toEqual([
      'q1',
    ]);
  });

  it('takes the name that the source gave to its message', () => {
    const renamed = runOf('1', { parentId: 'q1', messageId: 'other' });
    expect(idsOf(...twoAnswers, renamed)).toEqual(['q1', 'other', 'a2']);
    const taken = runOf('1', { parentId: 'q1', messageId: 'a2' });
    expect(idsOf(...twoAnswers, taken)).toEqual(['q1', 'a2']);
    // What holds something stays; the run begins another one.
    const held = textMessage('a1', 'q1');
    expect(idsOf(...twoAnswers, held, renamed)).toEqual([
      'q1',
      'a1',
      'a2',
      'other',
    ]);
  });

  it('is the same object after what changes nothing of it', () => {
    const list = listOf(twoAnswers);
    const heartbeat = runOf('1', { parentId: 'q1', at: 9 });
    const end = runOf('1', { parentId: 'q1', status: 'done' });
    const idle = [batchOf('1', 0, ['x']), heartbeat, end, deletion('q9')];
    expect(listOf(idle, list)).toBe(list);
  });
});

const id = fc.constantFrom('1', '2', '3', '4');
const agent = fc.constantFrom('writer', 'critic');
const anyParent = fc.oneof(
  fc.constant(null),
  id.map((n) => `q${n}`),
  id.map((n) => `a${n}`),
);
const anyRecord: fc.Arbitrary<LogRecord> = fc.oneof(
  fc
    .tuple(id, anyParent, fc.constantFrom('one', 'other'))
    .map(([n, parent, text]) => textMessage(`q${n}`, parent, text)),
  fc.tuple(id, anyParent).map(([n, parent]) => textMessage(`a${n}`, parent)),
  fc
    .tuple(id, id, anyParent, agent)
    .map(([run, n, parentId, agentId]) =>
      runOf(run, { messageId: `a${n}`, parentId, agentId }),
    ),
  id.map((n) => deletion(`q${n}`)),
);

describe('the list, whatever the log holds,', () => {
  it('names no message twice and changes nothing that it was given', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 30 }), (records) => {
        let list = emptyMessageList;
        for (const record of records) {
          const before = structuredClone(list);
          const next = applyToMessageList(list, record);
          expect(list).toEqual(before);
          list = next;
          const ids = list.messages.map((message) => message.id);
          expect(new Set(ids).size).toBe(ids.length);
        }
      }),
      runs(300),
    );
  });

  it('is the same when a streams server holds the last batch twice', () => {
    fc.assert(
      fc.property(
        fc.array(anyRecord, { maxLength: 20 }),
        anyRecord,
        (records, last) => {
          const list = listOf([...records, last]);
          expect(applyToMessageList(list, last).messages).toEqual(
            list.messages,
          );
        },
      ),
      runs(300),
    );
  });

  it('never has two answers of an agent to one message from its runs', () => {
    const run = fc
      .tuple(fc.nat(30), fc.constantFrom('q1', 'q2', null), agent)
      .map(([n, parentId, agentId]) => answering(`${n}`, parentId, agentId));
    fc.assert(
      fc.property(fc.array(run, { maxLength: 30 }), (records) => {
        const { messages } = listOf([
          question,
          textMessage('q2', 'q1'),
          ...records,
        ]);
        const answers = messages.map(({ parentId, authorId }) =>
          JSON.stringify([parentId, authorId]),
        );
        expect(new Set(answers).size).toBe(answers.length);
      }),
      runs(300),
    );
  });

  it('goes on from a snapshot of it as from the whole log', () => {
    const log = fc.array(anyRecord, { maxLength: 30 });
    fc.assert(
      fc.property(log, log, (records, later) => {
        const list = listOf(records);
        const told = listOf(snapshotOf(list));
        const ids = listOf(later, told).messages.map((one) => one.id);
        expect(ids).toEqual(listOf(later, list).messages.map((one) => one.id));
      }),
      runs(300),
    );
  });
});

/** Records that stand for the log: whose message left comes first, and goes. */
function snapshotOf({ messages, runs: begun }: MessageList): LogRecord[] {
  const runRecords = [...begun].map(([runId, messageId]) =>
    runOf(runId, { messageId }),
  );
  const here = new Set(messages.map((message) => message.id));
  const isHere = ({ value }: RunRecord) => here.has(value.messageId);
  return [
    ...runRecords
      .filter((run) => !isHere(run))
      .flatMap((run) => [run, deletion(run.value.messageId)]),
    ...messages.map(({ id: key, parentId, authorId, value }) => {
      const { value: told } = textMessage(key, parentId);
      if (told === undefined) throw new Error('There is a value.');
      const whole = value ?? { ...told, parts: [] };
      return messageRecord({ ...whole, parentId, actorId: authorId });
    }),
    ...runRecords.filter(isHere),
  ];
}
