import { asText } from '../inspector/index.js';
import {
  decodeRecord,
  isToolPart,
  messageParts,
  toolNameOf,
  type ChunkValue,
  type LogRecord,
  type MessageValue,
  type RunValue,
} from '../protocol/index.js';
import { shortened } from './plain-text.js';

/** A record of a log as a line for people. */
export interface RecordDescription {
  readonly type: string;
  readonly key: string;
  /** Who wrote it, where it says so. */
  readonly actor: string | undefined;
  /** When, where it says so. Epoch milliseconds. */
  readonly at: number | undefined;
  readonly summary: string;
}

const SUMMARY_LENGTH = 160;

/** Of any item, damaged ones too. Never throws. */
export function describeRecord(item: unknown): RecordDescription {
  const { type, key, value } = fieldsOf(item);
  const base = { type: nameOf(type), key: nameOf(key) };
  const decoded = decodeRecord(item);
  if (decoded.kind === 'record') return { ...base, ...told(decoded.record) };
  const nobody = { ...base, actor: undefined, at: undefined };
  if (decoded.kind === 'malformed') {
    return { ...nobody, summary: `damaged: ${decoded.field}` };
  }
  return { ...nobody, summary: shortened(json(value), SUMMARY_LENGTH) };
}

type Told = Pick<RecordDescription, 'actor' | 'at' | 'summary'>;

function told(record: LogRecord): Told {
  const { value } = record;
  if (value === undefined) {
    return { actor: undefined, at: undefined, summary: 'deleted' };
  }
  const { actorId, agentId, at, createdAt } = fieldsOf(value);
  const actor = agentId ?? actorId;
  const time = at ?? createdAt;
  return {
    actor: typeof actor === 'string' ? actor : undefined,
    at: typeof time === 'number' ? time : undefined,
    summary: shortened(summaryOf(record), SUMMARY_LENGTH),
  };
}

function summaryOf(record: LogRecord): string {
  switch (record.type) {
    case 'message':
      return record.value === undefined ? '' : messageSummary(record.value);
    case 'run':
      return runSummary(record.value);
    case 'chunk':
      return chunkSummary(record.value);
    case 'presence':
      return `${record.value?.name} is ${record.value?.status}`;
    case 'agent':
      return `${record.value.name} answers ${record.value.triggers}`;
    case 'answer': {
      const { kind, toolCallId, output, errorText, approved } = record.value;
      return `${kind} for ${toolCallId}: ${json(approved ?? errorText ?? output)}`;
    }
    case 'regeneration':
      return `${record.value.agentId} is to answer ${record.value.triggerId} anew`;
    case 'checkpoint':
      return `up to ${record.value.offset}`;
  }
}

function messageSummary(message: MessageValue): string {
  const parts = messageParts(message).map((part) => {
    if (part.type === 'text') return asText(part['text']);
    if (isToolPart(part)) return `[${asText(toolNameOf(part))}]`;
    return `[${part.type}]`;
  });
  return `${message.role}: ${parts.join(' ')}`;
}

function runSummary(run: RunValue): string {
  const { status, messageId, epoch, leaseMs, error } = run;
  const words = [`${status}, writes ${messageId}`, `epoch ${epoch}`];
  if (status === 'active') words.push(`lease ${leaseMs / 1_000} s`);
  if (error !== undefined) words.push(error);
  return words.join(', ');
}

function chunkSummary({ seq, chunks }: ChunkValue): string {
  const counts = new Map<string, number>();
  for (const { type } of chunks) counts.set(type, (counts.get(type) ?? 0) + 1);
  const kinds = [...counts].map(([type, count]) =>
    count === 1 ? type : `${type} ×${count}`,
  );
  const text = chunks
    .map(({ delta }) => (typeof delta === 'string' ? delta : ''))
    .join('');
  return `${seq}…${seq + chunks.length - 1} ${kinds.join(', ')} ${text && JSON.stringify(text)}`;
}

const json = (value: unknown): string => JSON.stringify(value) ?? '';

const nameOf = (value: unknown): string =>
  typeof value === 'string' ? value : '?';

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // CAST: read field by field, each taken for unknown.
  return Object(value) as Readonly<Record<string, unknown>>;
}
