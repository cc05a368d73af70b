import { DurableChatError } from '../protocol/index.js';
import type { StopOptions } from './stop-run.js';

const MAX_LENGTH = 200;

/**
 * The body of a stop: nothing, or `{ runId?, idempotencyKey? }`.
 *
 * @throws DurableChatError `invalid-request`
 */
export function parseStopRequest(json: unknown): StopOptions {
  if (json === undefined) return {};
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid('The body of a stop must be empty or a JSON object.');
  }
  const runId = 'runId' in json ? json.runId : undefined;
  const key = 'idempotencyKey' in json ? json.idempotencyKey : undefined;
  return {
    runId: parseName('runId', runId),
    idempotencyKey: parseName('idempotencyKey', key),
  };
}

function parseName(field: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const isName =
    typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH;
  if (isName) return value;
  throw invalid(`${field} must be a string of 1 to ${MAX_LENGTH} characters.`);
}

function invalid(message: string): DurableChatError {
  return new DurableChatError('invalid-request', message);
}
