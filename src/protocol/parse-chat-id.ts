import { DurableChatError } from './durable-chat-error.js';

const MAX_LENGTH = 200;
// A slash or a backslash would change the path that the id becomes part of.
// oxlint-disable-next-line no-control-regex -- control characters are the point
const FORBIDDEN = /[\u0000-\u001f\u007f/\\]/;

/**
 * A chat id that is safe as one segment of a path.
 *
 * @throws DurableChatError `invalid-chat-id`
 */
export function parseChatId(value: unknown): string {
  if (typeof value !== 'string') throw invalid('must be a string');
  if (value === '') throw invalid('must not be empty');
  if (value.length > MAX_LENGTH) {
    throw invalid(`must not be longer than ${MAX_LENGTH} characters`);
  }
  if (value === '.' || value === '..') throw invalid('must not be a dot path');
  if (FORBIDDEN.test(value)) {
    throw invalid('must not contain slashes or control characters');
  }
  if (!value.isWellFormed()) throw invalid('must be well-formed Unicode');
  return value;
}

function invalid(rule: string): DurableChatError {
  return new DurableChatError('invalid-chat-id', `The chat id ${rule}.`);
}
