import type {
  DurableChatError,
  DurableChatErrorCode,
} from './durable-chat-error.js';
import { PROBLEM_TYPE_PREFIX } from './error-of-response.js';

const CONTENT_TYPE = 'application/problem+json';

/** An RFC 9457 problem document, with the `code` that programs decide on. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: DurableChatErrorCode;
  readonly detail: string;
}

const titles: Readonly<
  Record<DurableChatErrorCode, readonly [number, string]>
> = {
  'invalid-json': [400, 'The body is not JSON'],
  'invalid-request': [400, 'The request is not valid'],
  'invalid-messages': [400, 'The messages are not valid UI messages'],
  'invalid-chat-id': [400, 'The chat id is not valid'],
  'invalid-cursor': [400, 'The cursor does not belong to this chat'],
  'unsupported-content-type': [415, 'The body must be JSON'],
  'body-too-large': [413, 'The body is too large'],
  'body-too-slow': [408, 'The body came too slowly'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'not-found': [404, 'There is nothing here'],
  'answer-conflict': [409, 'Somebody else has answered first'],
  forbidden: [403, 'Not allowed'],
  'store-unavailable': [503, 'The streams server cannot be reached'],
  internal: [500, 'Something went wrong'],
  unreachable: [502, 'The server cannot be reached'],
  'invalid-chunk': [502, 'The stream carried something that is not a chunk'],
  rejected: [502, 'The request was rejected'],
  'log-lost': [404, 'The log of the chat is gone'],
  'run-failed': [502, 'The answer failed'],
};

/**
 * The response for an error that is meant for the caller's eyes. `more` stands
 * in the document beside what every one has.
 */
export function problemResponse(
  error: DurableChatError,
  headers: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Response {
  const [usualStatus, title] = titles[error.code];
  const status = error.status ?? usualStatus;
  const problem: Problem = {
    type: `${PROBLEM_TYPE_PREFIX}${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
  };
  return new Response(JSON.stringify({ ...problem, ...more }), {
    status,
    headers: {
      'content-type': CONTENT_TYPE,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  });
}
