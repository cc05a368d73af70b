import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteRange } from '../../src/server/byte-range.js';
import { sliceBytes } from '../../src/server/slice-bytes.js';
import { runs } from '../protocol/runs.js';

const etag = '"e"';
const whole = { kind: 'whole' };
const size = fc.integer({ min: 1, max: 50 });

describe('a range of bytes', () => {
  it('is never more than there is, and what was asked for', () => {
    const asked = fc.option(fc.nat(60), { nil: undefined });
    fc.assert(
      fc.property(size, asked, asked, (bytes, first, last) => {
        const range = `bytes=${first ?? ''}-${last ?? ''}`;
        const all = Array.from({ length: bytes }, (_, index) => index);
        const found = byteRange({ range, ifRange: null }, { bytes, etag });
        const isBackwards = (last ?? Infinity) < (first ?? -1);
        const isNone = first === undefined && last === undefined;
        fc.pre(!isNone && !isBackwards);
        const wanted =
          first === undefined
            ? all.slice(Math.max(0, bytes - (last ?? 0)))
            : all.slice(first, last === undefined ? undefined : last + 1);
        const [from, to] = [wanted[0], wanted.at(-1)];
        expect(found).toEqual(
          from === undefined
            ? { kind: 'unsatisfiable' }
            : { kind: 'part', from, to },
        );
      }),
      runs(1_000),
    );
  });

  it.each(['bytes=-', 'bytes=3-2', 'bytes=0-1,4-5', 'lines=1-2', ''])(
    'is the whole for %j',
    (range) => {
      const content = { bytes: 10, etag };
      expect(byteRange({ range, ifRange: null }, content)).toEqual(whole);
    },
  );

  it('is the whole for everything that is no single range', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^\s*\d*-\d*\s*$/.test(text));
        const range = `bytes=${text}`;
        const content = { bytes: 10, etag };
        expect(byteRange({ range, ifRange: null }, content)).toEqual(whole);
      }),
      runs(500),
    );
  });
});

describe('a slice of a stream of bytes', () => {
  it('is those bytes, however the stream is cut', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 9 }), { minLength: 1 });
    const property = fc.asyncProperty(
      pieces,
      fc.nat(99),
      fc.nat(99),
      async (cut, one, other) => {
        const all = Buffer.concat(cut);
        fc.pre(all.length > 0);
        const [from = 0, to = 0] = [one % all.length, other % all.length].sort(
          (a, b) => a - b,
        );
        const slice = sliceBytes(streamOf(cut), { from, to });
        const bytes = await new Response(slice).arrayBuffer();
        expect(Buffer.from(bytes)).toEqual(all.subarray(from, to + 1));
      },
    );
    await fc.assert(property, runs(500));
  });

  it('fails where the stream ends before', async () => {
    const short = streamOf([new Uint8Array(3)]);
    const slice = sliceBytes(short, { from: 0, to: 3 });
    await expect(new Response(slice).arrayBuffer()).rejects.toThrow(
      'too early',
    );
  });

  it.each([
    ['when it has what it wants', false],
    ['when it is not wanted any more', true],
  ])('lets go of the stream %s', async (_, isLeft) => {
    let isLetGo = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (to) => to.enqueue(new Uint8Array(8)),
      cancel: () => void (isLetGo = true),
    });
    const slice = sliceBytes(endless, { from: 4, to: 20 });
    if (isLeft) await slice.cancel();
    else await new Response(slice).arrayBuffer();
    expect(isLetGo).toBe(true);
  });
});

function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}
