import type {
  CheckpointRecord,
  ChunkValue,
  MessageRecord,
  MessageValue,
  RunRecord,
  RunValue,
} from './log-record.js';
import type {
  AgentRecord,
  AgentValue,
  AnswerRecord,
  AnswerValue,
  PresenceRecord,
  PresenceValue,
  RegenerationRecord,
  RegenerationValue,
} from './session-record.js';

export function messageRecord(value: MessageValue): MessageRecord {
  return {
    type: 'message',
    key: value.id,
    value,
    headers: { operation: 'upsert' },
  };
}

export function runRecord(value: RunValue): RunRecord {
  return {
    type: 'run',
    key: value.id,
    value,
    headers: { operation: 'upsert' },
  };
}

export function checkpointRecord(
  value: CheckpointRecord['value'],
): CheckpointRecord {
  return {
    type: 'checkpoint',
    key: 'checkpoint',
    value,
    headers: { operation: 'upsert' },
  };
}

export function presenceRecord(value: PresenceValue): PresenceRecord {
  return {
    type: 'presence',
    key: presenceKey(value),
    value,
    headers: { operation: 'upsert' },
  };
}

export const presenceKey = ({
  actorId,
  deviceId,
}: Pick<PresenceValue, 'actorId' | 'deviceId'>): string =>
  `${actorId}:${deviceId}`;

export function agentRecord(value: AgentValue): AgentRecord {
  return {
    type: 'agent',
    key: value.id,
    value,
    headers: { operation: 'upsert' },
  };
}

export function answerRecord(value: AnswerValue): AnswerRecord {
  return {
    type: 'answer',
    key: value.id,
    value,
    headers: { operation: 'insert' },
  };
}

export function regenerationRecord(
  value: RegenerationValue,
): RegenerationRecord {
  return {
    type: 'regeneration',
    key: value.id,
    value,
    headers: { operation: 'insert' },
  };
}

/**
 * A `chunk` record as JSON text, made from chunks that are JSON text already:
 * each chunk is stringified once, for the live reader and for the log.
 */
export function encodeChunkRecord(
  value: Omit<ChunkValue, 'chunks' | 'role'>,
  chunkTexts: readonly string[],
): string {
  const head = JSON.stringify({
    type: 'chunk',
    key: `${value.runId}:${value.seq}`,
    headers: { operation: 'insert' },
  });
  const fields = JSON.stringify({ ...value, role: 'assistant' });
  const chunks = chunkTexts.join(',');
  return `${head.slice(0, -1)},"value":${fields.slice(0, -1)},"chunks":[${chunks}]}}`;
}
