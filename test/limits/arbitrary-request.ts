import { METHODS } from 'node:http';
import * as fc from 'fast-check';
import type { RawRequest } from '../support/raw-request.js';

const often = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof(
    { arbitrary: fc.constant(usual), weight: 5 },
    { arbitrary: other, weight: 1 },
  );

/** Those that a `Request` may have. */
const anyMethod = fc.constantFrom(
  ...METHODS.filter((name) => !['CONNECT', 'TRACE'].includes(name)),
);

const method = fc.oneof(
  { arbitrary: fc.constantFrom('GET', 'POST', 'DELETE'), weight: 5 },
  { arbitrary: anyMethod, weight: 1 },
);

const tricks = fc.constantFrom(
  '.',
  '..',
  '%2e%2e',
  '%2F',
  '%5c',
  '%00',
  '%0d%0aSet-Cookie:%20a=b',
  '%ed%a0%80',
  '%ff',
  '%',
  '%25',
  '__proto__',
  'constructor',
  ';',
  '~',
  '%F0%9F%8C%8D',
  'a'.repeat(201),
);

const hexByte = fc
  .integer({ min: 0, max: 255 })
  .map((byte) => `%${byte.toString(16).padStart(2, '0')}`);

const chatId = fc.oneof(
  fc.constantFrom('known', 'unknown'),
  fc.array(fc.oneof(tricks, hexByte), { minLength: 1, maxLength: 4 }).map(join),
);

function join(pieces: readonly string[]): string {
  return pieces.join('');
}

const action = fc.constantFrom('', '/stream', '/stop', '/log', '/blobs', '//');

/**
 * Long for us, and yet not so long that a request's line and headers come to
 * 16 kB: those Node refuses before our handler hears of them.
 */
const long = (character: string): string => character.repeat(2_000);

/** What a query may say; never a `live` that is right, for that has no end. */
const parameter = fc
  .tuple(
    fc.constantFrom('have', 'offset', 'live', 'cursor', 'x', '__proto__'),
    fc.oneof(
      fc.constantFrom('', '-1', 'now', '0_0', '9'.repeat(40), 'SSE', '%00'),
      fc.string({ unit: 'grapheme', maxLength: 20 }).map(encoded),
      fc.constant(long('x')),
    ),
  )
  .map(([name, value]) => `${name}=${value}`);

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

const path = fc
  .tuple(chatId, action, fc.array(parameter, { maxLength: 3 }))
  .map(([id, below, query]) =>
    query.length > 0
      ? `/api/chat/${id}${below}?${query.join('&')}`
      : `/api/chat/${id}${below}`,
  );

const contentType = often(
  'application/json',
  fc.constantFrom(
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
    'application/json; charset=utf-16',
    'APPLICATION/JSON',
    '',
  ),
);

/** What may stand in a header, as far as HTTP goes. */
const headerValue = fc.oneof(
  fc.constantFrom(
    '0.x',
    '1.__proto__',
    '0.%0d%0a',
    '999999999.known',
    `0.${long('r')}`,
    '1',
    '-1',
    'key',
  ),
  fc.string({ unit: fc.integer({ min: 33, max: 126 }).map(character) }),
  fc.string({ unit: fc.integer({ min: 161, max: 255 }).map(character) }),
);

function character(code: number): string {
  return String.fromCodePoint(code);
}

const headers = fc.record(
  {
    'content-type': contentType,
    'last-event-id': headerValue,
    'idempotency-key': headerValue,
    'durable-attempt': headerValue,
    origin: fc.constant('https://evil.example'),
  },
  { requiredKeys: ['content-type'] },
);

/** A request of any kind; its body is one of `body`. */
export function arbitraryRequest(
  body: fc.Arbitrary<string>,
): fc.Arbitrary<RawRequest> {
  const below = fc.record({ method, path, headers, body });
  const posted = fc.record({
    method: often('POST', method),
    path: often('/api/chat', path),
    headers,
    body,
  });
  return fc.oneof(below, posted);
}
