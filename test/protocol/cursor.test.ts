import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../src/protocol/index.js';
import { runs } from './runs.js';

const wellFormed = fc.string({
  unit: 'grapheme',
  minLength: 1,
  maxLength: 20,
});
const arbitraryCursor = fc.record(
  {
    runId: wellFormed,
    delivered: fc.nat(999_999_999),
    offset: wellFormed,
  },
  { requiredKeys: ['runId', 'delivered'] },
);

describe('a cursor', () => {
  it('decodes to what was encoded, whatever ids and offsets are made of', () => {
    fc.assert(
      fc.property(arbitraryCursor, (cursor) => {
        expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
      }),
      runs(500),
    );
  });

  it('fits into one line of an event and into a header', () => {
    fc.assert(
      fc.property(arbitraryCursor, (cursor) => {
        const text = encodeCursor(cursor);
        expect(text).toMatch(/^[!-~]+$/);
        const headers = new Headers({ 'last-event-id': text });
        expect(headers.get('last-event-id')).toBe(text);
      }),
      runs(200),
    );
  });

  it('is as short as its parts, which are plain as a rule', () => {
    const cursor = { runId: 'run-1', delivered: 12, offset: '0_42' };
    expect(encodeCursor(cursor)).toBe('12.run-1.0_42');
  });

  it.each([
    '',
    '.',
    '1',
    '1.',
    '.run',
    '1.run.',
    '1..0_1',
    '1.run.0_1.more',
    '-1.run',
    '+1.run',
    '01.run',
    '1e3.run',
    '1.5e3.run.0_1',
    '0x1.run',
    'NaN.run',
    '1234567890.run',
    `1.${'r'.repeat(601)}`,
    `1.run.${'0'.repeat(601)}`,
    '1.%',
    '1.%E0%A4%A',
    '1.run.%zz',
    ' 1.run',
    '１.run',
  ])('is not what says %j', (text) => {
    expect(decodeCursor(text)).toBeUndefined();
  });

  it('decodes any text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const cursor = decodeCursor(text);
        expect(cursor?.runId).not.toBe('');
      }),
      runs(500),
    );
  });
});
