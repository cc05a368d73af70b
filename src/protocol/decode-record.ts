import type { LogRecord } from './log-record.js';
import { isStreamChunk } from './stream-chunk.js';

export type DecodedRecord =
  | { readonly kind: 'record'; readonly record: LogRecord }
  /** A type that this version does not know: skipped without a word. */
  | { readonly kind: 'unknown-type'; readonly type: string }
  /** Ours by its type, but damaged: skipped, counted and reported. */
  | { readonly kind: 'malformed'; readonly field: string };

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isString = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const isNullableString = (value: unknown): boolean =>
  value === null || isString(value);
const isOptionalString = (value: unknown): boolean =>
  value === undefined || isString(value);
const isOneOf =
  (...allowed: readonly string[]) =>
  (value: unknown): boolean =>
    isString(value) && allowed.includes(value);
const isArrayOf =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(check);

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const messageShape: Shape = {
  id: isString,
  role: isOneOf('system', 'user', 'assistant'),
  parts: isArrayOf(isStreamChunk),
  parentId: isNullableString,
  actorId: isString,
  createdAt: isCount,
};

const runShape: Shape = {
  id: isString,
  messageId: isString,
  parentId: isNullableString,
  agentId: isString,
  epoch: isCount,
  attempt: isCount,
  status: isOneOf('active', 'done', 'stopped', 'failed', 'interrupted'),
  at: isCount,
  leaseMs: isCount,
  idempotencyKey: isOptionalString,
  error: isOptionalString,
};

const chunkShape: Shape = {
  runId: isString,
  messageId: isString,
  actorId: isString,
  role: isOneOf('assistant'),
  seq: isCount,
  chunks: isArrayOf(isStreamChunk),
};

const checkpointShape: Shape = { offset: isString, at: isCount };

const shapes: ReadonlyMap<string, Shape> = new Map([
  ['message', messageShape],
  ['run', runShape],
  ['chunk', chunkShape],
  ['checkpoint', checkpointShape],
]);

function wrongField(value: Fields, shape: Shape): string | undefined {
  return Object.keys(shape).find((field) => !shape[field]?.(value[field]));
}

/**
 * Reads one item of a log or a history: the border behind which records are
 * trusted. Never throws, so that one bad item cannot end a reader.
 */
export function decodeRecord(item: unknown): DecodedRecord {
  if (!isObject(item) || !isString(item['type'])) {
    return { kind: 'malformed', field: 'type' };
  }
  const shape = shapes.get(item['type']);
  if (shape === undefined) {
    return { kind: 'unknown-type', type: item['type'] };
  }
  const field = wrongPart(item, shape);
  if (field !== undefined) return { kind: 'malformed', field };
  // CAST: every field was checked against the record's shape just above.
  return { kind: 'record', record: item as unknown as LogRecord };
}

function wrongPart(item: Fields, shape: Shape): string | undefined {
  if (!isString(item['key'])) return 'key';
  const headers = item['headers'];
  if (!isObject(headers) || !isString(headers['operation'])) {
    return 'headers.operation';
  }
  if (headers['operation'] === 'delete') return undefined;
  if (!isObject(item['value'])) return 'value';
  const wrong = wrongField(item['value'], shape);
  return wrong === undefined ? undefined : `value.${wrong}`;
}
