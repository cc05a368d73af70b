import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../src/protocol/index.js';
import { runs } from './runs.js';

/** Longer than what is done at a time. */
const LONG = 786_432 * 2 + 1;

const native = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64');

it('is what the platform makes of the same bytes, and back', async () => {
  const property = fc.asyncProperty(
    fc.uint8Array({ maxLength: 200 }),
    async (bytes) => {
      const text = await encodeBase64(bytes);
      expect(text).toBe(native(bytes));
      expect(await decodeBase64(text)).toEqual(new Uint8Array(bytes));
    },
  );
  await fc.assert(property, runs(500));
});

it.each([LONG - 2, LONG - 1, LONG])(
  'goes on where it paused in %i bytes',
  async (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => index * 7 + 13);
    const text = await encodeBase64(bytes);
    expect(text === native(bytes)).toBe(true);
    const back = await decodeBase64(text);
    expect(back && Buffer.from(bytes).equals(back)).toBe(true);
  },
);

it.each([
  'a',
  'ab',
  'abc',
  'abcde',
  'a===',
  '====',
  'ab=c',
  '=abc',
  'ab==abcd',
  'ab\nc',
  'ab c',
  'a-_b',
  'éabc',
  'abc\u{1F30A}',
])('is not %j', async (text) => {
  expect(await decodeBase64(text)).toBeUndefined();
});
