import { openStream } from '../log/index.js';
import { DurableChatError } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';

const PARAMETERS = ['offset', 'live', 'cursor'];
const HEADERS = [
  'etag',
  'stream-next-offset',
  'stream-cursor',
  'stream-up-to-date',
  'stream-closed',
];

/** What a log comes as; anything else a browser might run. */
const TYPES = /^(application\/json|text\/event-stream)\b/;

/**
 * `GET {base}/{chatId}/log`: the log itself, in the Durable Streams protocol,
 * read-only and under our authorization. Any Durable Streams client may follow
 * it. What the streams server refuses is told in our words: its own are not for
 * the outside.
 *
 * @throws DurableChatError `not-found`, `invalid-request`, `store-unavailable`
 */
export async function proxyLog(
  context: ChatContext,
  chatId: string,
  request: Request,
): Promise<Response> {
  const asked = new URL(request.url).searchParams;
  const query = Object.fromEntries(
    [...asked].filter(([name]) => PARAMETERS.includes(name)),
  );
  const target = context.logOf(chatId);
  const answer = await openStream(target, query, request.signal).catch(
    (cause: unknown) => {
      const message = 'The log cannot be read at the moment.';
      throw new DurableChatError('store-unavailable', message, { cause });
    },
  );
  if (isPassable(answer)) {
    const { status, headers } = answer;
    return new Response(answer.body, { status, headers: passedOn(headers) });
  }
  await answer.body?.cancel();
  throw refusalOf(answer);
}

function isPassable({ status, body, headers }: Response): boolean {
  if (status === 204 || status === 304) return true;
  const type = headers.get('content-type') ?? '';
  return status === 200 && (body === null || TYPES.test(type));
}

function refusalOf({ status }: Response): DurableChatError {
  switch (status) {
    case 404:
    case 410:
      return new DurableChatError('not-found', 'The chat has no log.', {
        status,
      });
    case 400:
      return new DurableChatError(
        'invalid-request',
        'The streams server does not know this offset, or these parameters.',
      );
    default:
      // Not the caller's doing: a 401 there is about our own token.
      return new DurableChatError(
        'store-unavailable',
        `The streams server answered ${status}.`,
      );
  }
}

function passedOn(headers: Headers): Headers {
  const kept = new Headers({
    // A chat is private, whatever the streams server says of its streams.
    'cache-control': 'private, no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  for (const name of ['content-type', ...HEADERS]) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept;
}
