import {
  OFFSET_QUERY_PARAM,
  STREAM_UP_TO_DATE_HEADER,
} from '@durable-streams/client';
import { LOG_START } from './log-batch.js';
import { isGone, isTemporary, refusal } from './refusal.js';
import { drain, sendRequest } from './send-request.js';
import { isClosed, offsetOf } from './stream-headers.js';
import type { StreamTarget } from './stream-target.js';
import { DurableChatError } from '../protocol/index.js';

/**
 * A blob's bytes as they come, however many answers the streams server needs
 * for them; `undefined` where it is not stored, or not to its end yet. One try;
 * what goes wrong later fails the stream.
 *
 * @throws DurableChatError `store-unavailable`; the signal's reason when aborted
 */
export async function openBlob(
  target: StreamTarget,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array> | undefined> {
  const first = await openPage(target, LOG_START, signal);
  if (first === undefined) return undefined;
  if (isUpToDate(first) && !isClosed(first.headers)) {
    await first.body?.cancel();
    return undefined;
  }
  const pieces = piecesFrom(first, target, signal);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* piecesFrom(
  first: Response,
  target: StreamTarget,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let page: Response | undefined = first;
  while (page !== undefined) {
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined =
      page.body?.getReader();
    try {
      for (;;) {
        const piece = await reader?.read();
        if (piece === undefined || piece.done) break;
        yield piece.value;
      }
    } finally {
      await reader?.cancel();
    }
    if (isUpToDate(page)) return;
    page = await openPage(target, offsetOf(page.headers), signal);
  }
}

/** Images, sound and films are compressed already; to try it again takes time. */
const AS_IT_IS = { 'accept-encoding': 'identity' };

async function openPage(
  target: StreamTarget,
  offset: string,
  signal: AbortSignal,
): Promise<Response | undefined> {
  const query = { [OFFSET_QUERY_PARAM]: offset };
  const response = await sendRequest(
    target,
    { method: 'GET', query, headers: AS_IT_IS },
    signal,
  ).catch((cause: unknown) => {
    if (signal.aborted) throw signal.reason;
    throw unavailable(cause);
  });
  if (response.ok) return response;
  if (isGone(response.status)) {
    await drain(response);
    return undefined;
  }
  const error = await refusal(response);
  throw isTemporary(response.status) ? unavailable(error) : error;
}

const isUpToDate = ({ headers }: Response): boolean =>
  headers.get(STREAM_UP_TO_DATE_HEADER) === 'true';

function unavailable(cause: unknown): DurableChatError {
  const message = 'The streams server did not give a large part.';
  return new DurableChatError('store-unavailable', message, { cause });
}
