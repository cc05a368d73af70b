/** Response header: the run whose chunks the body carries. */
export const RUN_ID_HEADER = 'durable-run-id';

/** Response header: the message that the run writes into. */
export const MESSAGE_ID_HEADER = 'durable-message-id';

/** Response header: what the run's chunks are, where they are not UI message chunks. */
export const FORMAT_HEADER = 'durable-format';

/**
 * Request header of a POST: names this send, so that a repeated one is answered
 * by the run that the first one started.
 */
export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';

/**
 * Request header of a POST: which try this is, from 1. On a first try the
 * server need not look for an earlier run before it calls the model.
 */
export const ATTEMPT_HEADER = 'durable-attempt';

/** Request header of a GET: the cursor after which the reader wants to go on. */
export const LAST_EVENT_ID_HEADER = 'last-event-id';
