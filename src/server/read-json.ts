import { DurableChatError } from '../protocol/index.js';
import { isDeeperThan } from './is-deeper-than.js';

/** Far more than any message has, and far less than what a stack can hold. */
const MAX_DEPTH = 500;

/**
 * The request's body as JSON, read no further than `maxBytes`.
 *
 * @throws DurableChatError `body-too-large`, `invalid-json` or, nested without
 * end, `invalid-request`
 */
export async function readJson(
  request: Request,
  maxBytes: number,
): Promise<{ readonly text: string; readonly json: unknown }> {
  const text = await readText(request, maxBytes);
  const json = text === '' ? undefined : parse(text);
  if (!isDeeperThan(MAX_DEPTH, json)) return { text, json };
  throw new DurableChatError(
    'invalid-request',
    `The body is nested deeper than ${MAX_DEPTH} levels.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DurableChatError('invalid-json', 'The body is not valid JSON.', {
      cause,
    });
  }
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  if (request.body === null) return '';
  const reader = request.body.getReader();
  const announced = Number(request.headers.get('content-length') ?? 0);
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  while (!(announced > maxBytes) && size <= maxBytes) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  throw tooLarge(maxBytes);
}

function tooLarge(maxBytes: number): DurableChatError {
  return new DurableChatError(
    'body-too-large',
    `The body is larger than ${maxBytes} bytes (option maxBodyBytes).`,
  );
}
