import { DurableChatError } from '../protocol/index.js';
import { hasPoisonedKey } from './has-poisoned-key.js';
import { isNestedDeeper } from './is-nested-deeper.js';
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
  if (isNestedDeeper(text, MAX_DEPTH)) {
    throw invalid(`The body is nested deeper than ${MAX_DEPTH} levels.`);
  }
  const json = text === '' ? undefined : parse(text);
  if (hasPoisonedKey(json, text)) {
    throw invalid('The body has a key that would change a prototype.');
  }
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

function invalid(message: string): DurableChatError {
  return new DurableChatError('invalid-request', message);
}
