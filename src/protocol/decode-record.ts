import type { LogRecord } from './log-record.js';
import { isStreamChunk } from './stream-chunk.js';

export type DecodedRecord =
  | { readonly kind: 'record'; readonly record: LogRecord }
  /** A type that this version does not know: skipped without a word. */
  | { readonly kind: 'unknown-type'; readonly type: string }
  /** Ours by its type, but damaged: skipped, counted and reported. */
  | { readonly kind: 'malformed'; readonly field: string };

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isString = (value: unknown): value is string => typeof value === 'string';
const isName: Check = (value) => isString(value) && value !== '';
const isCount: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const isNullableString: Check = (value) => value === null || isString(value);
const isOptionalString: Check = (value) =>
  value === undefined || isString(value);
const isOneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    isString(value) && allowed.includes(value);
const isArrayOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** What a record of one type must be like. */
interface Shape {
  readonly operations: readonly string[];
  /** The key that the value asks for; another one is damage. */
  readonly keyOf: (value: Fields) => string;
  readonly value: Readonly<Record<string, Check>>;
}

function recordShapes(): ReadonlyMap<string, Shape> {
  const message: Shape = {
    operations: ['insert', 'update', 'upsert', 'delete'],
    keyOf: ({ id }) => String(id),
    value: {
      id: isName,
      role: isOneOf('system', 'user', 'assistant'),
      parts: isArrayOf(isStreamChunk),
      parentId: isNullableString,
      actorId: isString,
      createdAt: isCount,
    },
  };
  const run: Shape = {
    operations: ['insert', 'update', 'upsert'],
    keyOf: ({ id }) => String(id),
    value: {
      id: isName,
      // Empty in the record of a run that was stopped before it began.
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
    },
  };
  const chunk: Shape = {
    operations: ['insert', 'upsert'],
    keyOf: ({ runId, seq }) => `${String(runId)}:${String(seq)}`,
    value: {
      runId: isName,
      messageId: isString,
      actorId: isString,
      role: isOneOf('assistant'),
      seq: isCount,
      chunks: isArrayOf(isStreamChunk),
    },
  };
  const checkpoint: Shape = {
    operations: ['insert', 'update', 'upsert'],
    keyOf: () => 'checkpoint',
    value: { offset: isName, since: isOptionalString, at: isCount },
  };
  return new Map(Object.entries({ message, run, chunk, checkpoint }));
}

// A page's bundle leaves it out, for a page reads no records.
const shapes = /* @__PURE__ */ recordShapes();

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
  const field = wrongField(item, shape);
  if (field !== undefined) return { kind: 'malformed', field };
  // CAST: every field was checked against the record's shape just above.
  return { kind: 'record', record: item as unknown as LogRecord };
}

function wrongField(item: Fields, shape: Shape): string | undefined {
  const { key, headers, value } = item;
  if (!isName(key)) return 'key';
  const operation = isObject(headers) ? headers['operation'] : undefined;
  if (!isOneOf(...shape.operations)(operation)) return 'headers.operation';
  if (operation === 'delete') return undefined;
  if (!isObject(value)) return 'value';
  for (const [field, isRight] of Object.entries(shape.value)) {
    if (!isRight(value[field])) return `value.${field}`;
  }
  return shape.keyOf(value) === key ? undefined : 'key';
}
