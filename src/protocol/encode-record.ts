import type {
  CheckpointRecord,
  ChunkValue,
  MessageRecord,
  MessageValue,
  RunRecord,
  RunValue,
} from './log-record.js';

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
