import fc from 'fast-check';
import {
  agentRecord,
  answerRecord,
  checkpointRecord,
  encodeChunkRecord,
  messageRecord,
  presenceRecord,
  regenerationRecord,
  runRecord,
  type LogRecord,
} from '../../src/protocol/index.js';
import { overTheWire } from './fold-message.js';

const name = fc.string({ minLength: 1, maxLength: 20 });
const count = fc.nat();
const json = fc.jsonValue({ maxDepth: 2 });

const part = fc.record({ type: name, text: fc.string(), more: json });

const message = fc
  .record({
    id: name,
    role: fc.constantFrom('system' as const, 'user' as const, 'assistant'),
    parts: fc.array(part, { maxLength: 3 }),
    metadata: json,
    parentId: fc.option(name),
    actorId: name,
    createdAt: count,
  })
  // CAST: parts are any objects with a type, which newer AI SDKs may know.
  .map((value) => messageRecord(value as Parameters<typeof messageRecord>[0]));

const run = fc
  .record(
    {
      id: name,
      messageId: fc.string(),
      parentId: fc.option(name),
      agentId: name,
      epoch: count,
      attempt: fc.nat(3),
      status: fc.constantFrom(
        'active' as const,
        'done' as const,
        'stopped' as const,
        'failed' as const,
        'interrupted' as const,
      ),
      at: count,
      leaseMs: count,
      idempotencyKey: name,
      triggerId: name,
      error: fc.string(),
    },
    {
      requiredKeys: [
        'id',
        'messageId',
        'parentId',
        'agentId',
        'epoch',
        'attempt',
        'status',
        'at',
        'leaseMs',
      ],
    },
  )
  .map(runRecord);

const chunk = fc
  .record({
    head: fc.record({
      runId: name,
      messageId: name,
      actorId: name,
      seq: count,
    }),
    chunks: fc.array(part, { maxLength: 3 }),
  })
  .map(({ head, chunks }) => {
    const texts = chunks.map((one) => JSON.stringify(one));
    // CAST: `JSON.parse` gives back the record that was written.
    return JSON.parse(encodeChunkRecord(head, texts)) as LogRecord;
  });

const checkpoint = fc.record({ offset: name, at: count }).map(checkpointRecord);

const presence = fc
  .record({
    actorId: name,
    deviceId: name,
    name: fc.string(),
    status: fc.constantFrom(
      'online' as const,
      'away' as const,
      'offline' as const,
    ),
    state: json,
    expiresAt: count,
  })
  .map(presenceRecord);

const agent = fc
  .record({
    id: name,
    name: fc.string(),
    triggers: fc.constantFrom(
      'user-messages' as const,
      'all' as const,
      'custom' as const,
    ),
  })
  .map(agentRecord);

const answer = fc
  .record(
    {
      id: name,
      kind: fc.constantFrom('tool-output' as const, 'approval' as const),
      messageId: name,
      toolCallId: name,
      actorId: name,
      at: count,
      output: json,
      errorText: fc.string(),
      approved: fc.boolean(),
      reason: fc.string(),
    },
    {
      requiredKeys: ['id', 'kind', 'messageId', 'toolCallId', 'actorId', 'at'],
    },
  )
  .map(answerRecord);

const regeneration = fc
  .record(
    {
      id: name,
      agentId: name,
      triggerId: name,
      actorId: name,
      at: count,
      idempotencyKey: name,
    },
    { requiredKeys: ['id', 'agentId', 'triggerId', 'actorId', 'at'] },
  )
  .map(regenerationRecord);

/** Any record of ours, as it comes out of JSON. */
export const arbitraryRecord: fc.Arbitrary<LogRecord> = fc
  .oneof(message, run, chunk, checkpoint, presence, agent, answer, regeneration)
  .map(overTheWire<LogRecord>);
