import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasPoisonedKey } from '../../src/server/has-poisoned-key.js';
import { isNestedDeeper } from '../../src/server/is-nested-deeper.js';

/** By the value, as the text is not: how many levels there are. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('how deep a body is nested', () => {
  it('is told from its text, whatever its strings hold', () => {
    const unit = fc.constantFrom('[', '{', ']', '}', '"', '\\', 'x', '🌍');
    const text = fc.string({ unit, maxLength: 8 });
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 6 },
        text,
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(text, tie('any'), { maxKeys: 3 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (json) => {
        const depth = depthOf(json);
        const written = JSON.stringify(json, null, 1);
        expect(isNestedDeeper(written, depth)).toBe(false);
        expect(isNestedDeeper(written, depth - 1)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is told of brackets without end, too', () => {
    expect(isNestedDeeper('['.repeat(1_000_000), 500)).toBe(true);
  });
});

describe('a key that changes prototypes', () => {
  it.each([
    '{"__proto__":{}}',
    '{"a":[{"\\u005f_proto__":1}]}',
    '{"a":{"constructor":{"prototype":{}}}}',
    String.raw`{"c\u006fnstructor":{"prototype":1}}`,
  ])('is found in %s', (text) => {
    expect(hasPoisonedKey(JSON.parse(text), text)).toBe(true);
  });

  it.each([
    '{"a":"__proto__"}',
    '{"constructor":"x"}',
    '["constructor",{"prototype":1}]',
    'null',
  ])('is not seen in %s', (text) => {
    expect(hasPoisonedKey(JSON.parse(text), text)).toBe(false);
  });
});
