import * as fc from 'fast-check';

const text = fc.string({ unit: 'binary', maxLength: 20 });

/** Ids that mean something to somebody, and lone halves of characters. */
const id = fc.oneof(
  { arbitrary: fc.constantFrom('m1', 'm2', 'm3'), weight: 4 },
  {
    arbitrary: fc.constantFrom(
      '',
      '__proto__',
      'constructor',
      'a\r\nSet-Cookie: a=b',
      '\ud800',
      '🌍',
      'ü',
      'x'.repeat(201),
    ),
    weight: 1,
  },
);

const part = fc.oneof(
  fc.record({ type: fc.constant('text'), text }),
  fc.record({ type: fc.constant('reasoning'), text }),
  fc.record({
    type: fc.constant('file'),
    mediaType: fc.constantFrom('image/png', 'text/html', '\r\n'),
    url: fc.constantFrom('data:text/plain;base64,eA==', 'javascript:0'),
  }),
  fc.record({ type: fc.constant('data-own'), id, data: fc.jsonValue() }),
  fc.record({
    type: fc.constantFrom('tool-own', 'tool-__proto__', 'dynamic-tool'),
    toolCallId: id,
    toolName: fc.constant('own'),
    state: fc.constantFrom(
      'input-streaming',
      'input-available',
      'output-available',
      'output-error',
      'approval-responded',
    ),
    input: fc.jsonValue(),
    output: fc.jsonValue(),
    errorText: text,
  }),
);

const message = fc.record({
  id,
  role: fc.constantFrom('user', 'assistant', 'system'),
  parts: fc.array(part, { maxLength: 4 }),
  metadata: fc.jsonValue(),
});

type Json = ReturnType<typeof JSON.parse>;

/** A POST that is right, or almost. */
const nearlyRight: fc.Arbitrary<Json> = fc.record(
  {
    id: fc.oneof(fc.constantFrom('posted-1', 'posted-2', '..', '\ud800')),
    messages: fc.array(message, { maxLength: 6 }),
    message,
    trigger: fc.constantFrom('submit-message', 'regenerate-message', 'x', null),
    messageId: id,
    runId: id,
    idempotencyKey: id,
    own: fc.jsonValue(),
  },
  { requiredKeys: ['id'] },
);

/** The same with something in it replaced by something else. */
const spoiled: fc.Arbitrary<Json> = fc
  .tuple(nearlyRight, fc.jsonValue(), fc.nat())
  .map(([body, value, seed]) => spoil(structuredClone(body), value, seed));

function spoil(body: Json, value: unknown, seed: number): Json {
  const places: [Json, string][] = [];
  const visit = (node: Json): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node, key]);
      visit(node[key]);
    }
  };
  visit(body);
  const [node, key] = places[seed % Math.max(1, places.length)] ?? [body, 'id'];
  node[key] = value;
  return body;
}

/** The text of a body: nearly a message, any JSON, or no JSON at all. */
export const arbitraryBody: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: nearlyRight.map(stringify), weight: 4 },
  { arbitrary: spoiled.map(stringify), weight: 4 },
  { arbitrary: fc.json(), weight: 2 },
  { arbitrary: fc.string({ unit: 'binary' }), weight: 1 },
  { arbitrary: fc.constant(''), weight: 1 },
);

function stringify(value: unknown): string {
  return JSON.stringify(value);
}
