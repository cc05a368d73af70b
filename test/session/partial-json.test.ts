import { parsePartialJson } from 'ai';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { PartialJson } from '../../src/session/partial-json.js';
import { isV7 } from '../protocol/fold-message.js';
import { runs } from '../protocol/runs.js';

/** What is left out of the AI SDK's two quirks: see the tests at the end. */
const withoutQuirks = (text: string): string =>
  (isV7 ? text : text.replaceAll('-', '')).replaceAll('+', '');

const plainKey = fc.string().map((key) => key.replaceAll(/["\\_]/g, ''));
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.constantFrom(true, false, null, -0.5, 1e-9, '\u2028"\\\n\u0001'),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(plainKey, tie('value'), { maxKeys: 4 }),
  ),
}));

const anyJson = fc
  .tuple(anyValue, fc.constantFrom(undefined, 2, '\t'))
  .map(([value, indent]) => withoutQuirks(JSON.stringify(value, null, indent)));

/** The same after every character, each of them added on its own. */
async function expectSame(text: string): Promise<void> {
  const json = new PartialJson();
  for (let end = 1; end <= text.length; end += 1) {
    json.add(text.slice(end - 1, end));
    const { value } = await parsePartialJson(text.slice(0, end));
    const seen = text.slice(0, end);
    expect({ seen, value: json.value }).toEqual({ seen, value });
  }
}

describe('PartialJson', () => {
  it('has what the AI SDK makes of the text at every character', async () => {
    await fc.assert(fc.asyncProperty(anyJson, expectSame), runs(150));
  });

  it('has what the AI SDK makes of a text that is no JSON', async () => {
    const noise = fc.constantFrom(...'{}[]":,1-.e0tnx \n'.split(''));
    const anyText = fc
      .tuple(anyJson, fc.array(fc.tuple(fc.nat(), noise), { maxLength: 3 }))
      .map(([text, noises]) =>
        noises.reduce((noisy, [at, char]) => {
          const place = at % (noisy.length + 1);
          return noisy.slice(0, place) + char + noisy.slice(place);
        }, text),
      )
      .filter((text) => !isQuirk(text));
    await fc.assert(fc.asyncProperty(anyText, expectSame), runs(300));
    const onlyNoise = fc
      .array(noise, { maxLength: 20 })
      .map((chars) => withoutQuirks(chars.join('')))
      .filter((text) => !isQuirk(text));
    await fc.assert(fc.asyncProperty(onlyNoise, expectSame), runs(1_000));
  });

  it('is the same however the text was cut', () => {
    const cuts = fc.array(fc.nat(12), { minLength: 1 });
    fc.assert(
      fc.property(anyJson, cuts, (text, lengths) => {
        const json = new PartialJson();
        for (let at = 0, n = 0; at < text.length; n += 1) {
          const end = at + (lengths[n % lengths.length] ?? 0) + 1;
          json.add(text.slice(at, end));
          at = end;
        }
        expect(json.value).toEqual(JSON.parse(text));
      }),
      runs(300),
    );
  });

  it('shares what is complete from one reading to the next', () => {
    const json = new PartialJson();
    json.add('{"a":{"b":[1,2]},"c":[{"d":1},{"e":');
    const before = json.value;
    json.add('"text');
    const after = json.value;
    expect(before).toEqual({ a: { b: [1, 2] }, c: [{ d: 1 }, {}] });
    expect(after).toEqual({ a: { b: [1, 2] }, c: [{ d: 1 }, { e: 'text' }] });
    const [earlier, later] = [Object(before), Object(after)];
    expect(later.a).toBe(earlier.a);
    expect(later.c[0]).toBe(earlier.c[0]);
  });

  it('parses each character once, however often it is read', () => {
    const items = Array.from({ length: 300 }, (_, n) => ({
      n,
      text: 'words and "words" and \\ more '.repeat(5),
    }));
    const text = JSON.stringify({ items });
    const parse = vi.spyOn(JSON, 'parse');
    const json = new PartialJson();
    for (let at = 0; at < text.length; at += 7) {
      json.add(text.slice(at, at + 7));
      expect(json.value).toBeDefined();
    }
    const characters = parse.mock.calls.reduce(
      (n, [part]) => n + part.length,
      0,
    );
    parse.mockRestore();
    expect(json.value).toEqual({ items });
    expect(characters).toBeLessThan(text.length);
  });

  it("lets no key reach an object's prototype", async () => {
    for (const text of [
      '{"a":{"__proto__":{"x":1}}}',
      '{"\\u005f_proto__":1}',
      '{"constructor":{"prototype":{"x":1}}}',
      '[{"constructor":{"prototype":-1}}]',
    ]) {
      await expectSame(text);
      const json = new PartialJson();
      json.add(text);
      expect(json.value).toBeUndefined();
    }
    await expectSame('{"constructor":1,"prototype":{"constructor":2}}');
    expect(Object('')['x']).toBeUndefined();
  });

  it('goes on after a key with a quote, and after an exponent', () => {
    const json = new PartialJson();
    json.add('{"a\\"b":1e+5 ,"c":"d');
    expect(json.value).toEqual({ 'a"b': 1e5, c: 'd' });
  });
});

/**
 * Where we do not follow the AI SDK into text that is no JSON: a key that holds
 * an escape, an escape that breaks off, and what 6 makes of an array's start.
 */
const isQuirk = (text: string): boolean =>
  text.includes('\\') || (!isV7 && /\[\s*[^\s"{[\]\dtfn]/.test(text));
