/**
 * What went wrong, for code to decide on. Each has a page in `docs/errors`.
 *
 * Sent by the server as the `code` of a problem document: `invalid-json`,
 * `invalid-request`, `invalid-messages`, `invalid-chat-id`, `invalid-cursor`,
 * `unsupported-content-type`, `body-too-large`, `body-too-slow`,
 * `method-not-allowed`, `not-found`, `answer-conflict`, `forbidden`,
 * `store-unavailable`, `internal`.
 *
 * Raised on the client: `unreachable` (gave up reconnecting), `invalid-chunk`
 * (a frame that is not a chunk), `rejected` (an HTTP error without a problem
 * document of ours), `log-lost` (the chat's log is gone or expired),
 * `run-failed` (an answer of a session, or under `durableFetch`, ended before
 * its time).
 */
export type DurableChatErrorCode =
  | 'invalid-json'
  | 'invalid-request'
  | 'invalid-messages'
  | 'invalid-chat-id'
  | 'invalid-cursor'
  | 'unsupported-content-type'
  | 'body-too-large'
  | 'body-too-slow'
  | 'method-not-allowed'
  | 'not-found'
  | 'answer-conflict'
  | 'forbidden'
  | 'store-unavailable'
  | 'internal'
  | 'unreachable'
  | 'invalid-chunk'
  | 'rejected'
  | 'log-lost'
  | 'run-failed';

/**
 * The one error class of this package. `message` says what was tried, what
 * happened and what to do; `code` is for programs; `status` is the HTTP status
 * where a response caused it; `cause` keeps what was caught.
 *
 * It is never a `TypeError`: the AI SDK's Chat takes a `TypeError` that speaks
 * of "fetch" or "network" for a disconnect and keeps half a message
 * (ai/src/ui/chat.ts, `isDisconnect`).
 */
export class DurableChatError extends Error {
  override readonly name = 'DurableChatError';
  readonly code: DurableChatErrorCode;
  readonly status: number | undefined;

  constructor(
    code: DurableChatErrorCode,
    message: string,
    options: { status?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.status = options.status;
  }
}
