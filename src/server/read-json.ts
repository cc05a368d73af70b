import { DurableChatError } from '../protocol/index.js';
import { jsonDanger } from './json-danger.js';
import { readBody } from './read-body.js';

/** Far more than any message has, and far less than what a stack can hold. */
const MAX_DEPTH = 500;

/**
 * The request's body as JSON, read no further than `maxBytes`.
 *
 * @throws DurableChatError `unsupported-content-type`, `body-too-large`,
 * `body-too-slow`, `invalid-json` or `invalid-request`
 */
export async function readJson(
  request: Request,
  maxBytes: number,
): Promise<{ readonly text: string; readonly json: unknown }> {
  checkContentType(request);
  const text = await readBody(request, maxBytes);
  const json = text === '' ? undefined : parse(text);
  checkDanger(json);
  return { text, json };
}

/**
 * What a page of another site may send without asking (a form, `no-cors`) is
 * never of this type, so that the user's cookies are of no use to it.
 */
function checkContentType({ headers }: Request): void {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  if (/^application\/([\w.-]+\+)?json$/i.test(type.trim())) return;
  throw new DurableChatError(
    'unsupported-content-type',
    'A POST must say content-type: application/json.',
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

function checkDanger(json: unknown): void {
  const danger = jsonDanger(json, MAX_DEPTH);
  if (danger === undefined) return;
  throw new DurableChatError(
    'invalid-request',
    danger === 'deep'
      ? `The body is nested deeper than ${MAX_DEPTH} levels.`
      : 'The body has a key that would change a prototype.',
  );
}
