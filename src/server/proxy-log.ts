import { openStream } from '../log/index.js';
import { DurableChatError } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';

const PARAMETERS = ['offset', 'live', 'cursor'];
const HEADERS = [
  'content-type',
  'cache-control',
  'etag',
  'stream-next-offset',
  'stream-cursor',
  'stream-up-to-date',
  'stream-closed',
];

/**
 * `GET {base}/{chatId}/log`: the log itself, in the Durable Streams protocol,
 * read-only and under our authorization. Any Durable Streams client may follow
 * it.
 *
 * @throws DurableChatError `store-unavailable`
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
  if (answer.status >= 500) await unavailable(answer);
  return new Response(answer.body, {
    status: answer.status,
    headers: passedOn(answer.headers),
  });
}

async function unavailable(answer: Response): Promise<never> {
  await answer.body?.cancel();
  throw new DurableChatError(
    'store-unavailable',
    `The streams server answered ${answer.status}.`,
  );
}

function passedOn(headers: Headers): Headers {
  const kept = new Headers({ 'x-accel-buffering': 'no' });
  for (const name of HEADERS) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  // A chat is private, whatever the streams server says of its streams.
  kept.set('cache-control', 'private, no-store');
  return kept;
}
