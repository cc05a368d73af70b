import type { LogRecord } from './log-record.js';
import type { AppRecord } from './session-record.js';
import { isStreamChunk } from './stream-chunk.js';

export type DecodedRecord =
  | { readonly kind: 'record'; readonly record: LogRecord }
  /** Of one of the app's own types: its value is the app's to check. */
  | { readonly kind: 'app'; readonly record: AppRecord }
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
const isOptionalBoolean: Check = (value) =>
  value === undefined || typeof value === 'boolean';
const isOneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    isString(value) && allowed.includes(value);
const isArrayOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const CHANGES = ['insert', 'update', 'upsert'];

/** What a record of one type must be like. */
interface Shape {
  readonly operations: readonly string[];
  /** The key that the value asks for; another one is damage. */
  readonly keyOf: (value: Fields) => string;
  readonly value: Readonly<Record<string, Check>>;
}

function recordShapes(): ReadonlyMap<string, Shape> {
  const message: Shape = {
    operations: [...CHANGES, 'delete'],
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
    operations: CHANGES,
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
      triggerId: isOptionalString,
      format: isOptionalString,
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
    operations: CHANGES,
    keyOf: () => 'checkpoint',
    value: {
      offset: isName,
      since: isOptionalString,
      at: isCount,
      appTypes: (value) => value === undefined || isArrayOf(isString)(value),
    },
  };
  const own = { message, run, chunk, checkpoint, ...sessionShapes() };
  return new Map(Object.entries(own));
}

function sessionShapes() {
  const presence: Shape = {
    operations: [...CHANGES, 'delete'],
    keyOf: ({ actorId, deviceId }) => `${String(actorId)}:${String(deviceId)}`,
    value: {
      actorId: isString,
      deviceId: isName,
      name: isString,
      status: isOneOf('online', 'away', 'offline'),
      expiresAt: isCount,
      version: (value) => value === undefined || isCount(value),
    },
  };
  const agent: Shape = {
    operations: CHANGES,
    keyOf: ({ id }) => String(id),
    value: {
      id: isName,
      name: isString,
      triggers: isOneOf('user-messages', 'all', 'custom'),
    },
  };
  const answer: Shape = {
    operations: ['insert', 'upsert'],
    keyOf: ({ id }) => String(id),
    value: {
      id: isName,
      kind: isOneOf('tool-output', 'approval'),
      messageId: isName,
      toolCallId: isName,
      actorId: isString,
      at: isCount,
      errorText: isOptionalString,
      approved: isOptionalBoolean,
      reason: isOptionalString,
    },
  };
  const regeneration: Shape = {
    operations: ['insert', 'upsert'],
    keyOf: ({ id }) => String(id),
    value: {
      id: isName,
      agentId: isName,
      triggerId: isName,
      actorId: isString,
      at: isCount,
      idempotencyKey: isOptionalString,
    },
  };
  return { presence, agent, answer, regeneration };
}

// The bundle of a page that reads no records leaves it out.
const shapes = /* @__PURE__ */ recordShapes();

/**
 * Reads one item of a log or a history: the border behind which records are
 * trusted. Never throws, so that one bad item cannot end a reader. `appTypes`
 * are the app's own; a type of ours is not theirs to take.
 */
export function decodeRecord(
  item: unknown,
  appTypes?: ReadonlySet<string>,
): DecodedRecord {
  if (!isObject(item) || !isString(item['type'])) {
    return { kind: 'malformed', field: 'type' };
  }
  const { type } = item;
  const shape = shapes.get(type);
  if (shape === undefined && appTypes?.has(type) !== true) {
    return { kind: 'unknown-type', type };
  }
  const field = shape ? wrongField(item, shape) : wrongAppField(item);
  if (field !== undefined) return { kind: 'malformed', field };
  if (shape === undefined) {
    // CAST: the fields that every record has were checked just above.
    return { kind: 'app', record: item as unknown as AppRecord };
  }
  // CAST: every field was checked against the record's shape just above.
  return { kind: 'record', record: item as unknown as LogRecord };
}

function wrongField(item: Fields, shape: Shape): string | undefined {
  const { key, value } = item;
  const wrong = wrongEnvelope(item, shape.operations);
  if (wrong !== undefined || isDelete(item)) return wrong;
  if (!isObject(value)) return 'value';
  for (const [field, isRight] of Object.entries(shape.value)) {
    if (!isRight(value[field])) return `value.${field}`;
  }
  return shape.keyOf(value) === key ? undefined : 'key';
}

function wrongAppField(item: Fields): string | undefined {
  const wrong = wrongEnvelope(item, [...CHANGES, 'delete']);
  if (wrong !== undefined || isDelete(item)) return wrong;
  return item['value'] === undefined ? 'value' : undefined;
}

function wrongEnvelope(
  item: Fields,
  operations: readonly string[],
): string | undefined {
  if (!isName(item['key'])) return 'key';
  const isRight = isOneOf(...operations)(operationOf(item));
  return isRight ? undefined : 'headers.operation';
}

const operationOf = ({ headers }: Fields): unknown =>
  isObject(headers) ? headers['operation'] : undefined;

const isDelete = (item: Fields): boolean => operationOf(item) === 'delete';
