import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createEventDecoder,
  DONE_DATA,
  encodeFrame,
  HEARTBEAT_FRAME,
  type ServerSentEvent,
} from '../../src/protocol/index.js';
import { runs } from './runs.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function decodeInPieces(
  bytes: Uint8Array,
  cuts: readonly number[],
): ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  const feed = createEventDecoder((event) => events.push(event));
  const places = cuts.map((cut) => Math.min(cut, bytes.length));
  const ends = [...places, bytes.length].toSorted((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    feed(bytes.subarray(start, end));
    start = end;
  }
  return events;
}

const decode = (text: string): ServerSentEvent[] =>
  decodeInPieces(bytesOf(text), []);

/** What the field's own parser makes of the same text. */
function reference(text: string): ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  const parser = createParser({
    onEvent: ({ data, event, id }) =>
      events.push({ data, event: event || undefined, id }),
  });
  parser.feed(text);
  return events;
}

const arbitraryStream = fc
  .array(
    fc.constantFrom(
      'data: one',
      'data:two',
      'data:  three',
      'data',
      'data: 🌍 ünï',
      'id: 7',
      'id',
      'id: \0',
      'event: custom',
      'event',
      ': comment',
      ':',
      'retry: 10',
      'nonsense: x',
      'datax: y',
      '\n',
      '\n\n',
      '\r\n',
      '\r\n\r\n',
      '\r',
      '\r\r',
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(''));

describe('createEventDecoder', () => {
  it('gives back whatever was encoded, wherever the bytes were cut', () => {
    const frame = fc.record({
      data: fc
        .jsonValue()
        .map((value) => JSON.stringify(value))
        .filter((text) => text !== undefined),
      id: fc.option(fc.stringMatching(/^[!-~]{1,20}$/), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 6 }),
        fc.array(fc.nat(400), { maxLength: 20 }),
        (frames, cuts) => {
          const text = frames.map(({ data, id }) => encodeFrame(data, id));
          const bytes = bytesOf(text.join(HEARTBEAT_FRAME));
          expect(decodeInPieces(bytes, cuts)).toEqual(
            frames.map((one) => ({ ...one, event: undefined })),
          );
        },
      ),
      runs(300),
    );
  });

  it('reads what no server of ours sends as the field does', () => {
    fc.assert(
      fc.property(
        arbitraryStream,
        fc.array(fc.nat(200), { maxLength: 10 }),
        (text, cuts) => {
          // That parser reports the last line break of a body at once, which
          // might be one half of a longer one; so both get some more text.
          const more = `${text}x`;
          expect(decodeInPieces(bytesOf(more), cuts)).toEqual(reference(more));
        },
      ),
      runs(1_000),
    );
  });

  it('passes over a byte order mark', () => {
    expect(decode('\uFEFFdata: 1\n\n')).toEqual([
      { data: '1', event: undefined, id: undefined },
    ]);
  });

  it('never reports an event whose end did not come', () => {
    expect(decode(`data: ${DONE_DATA}`)).toEqual([]);
    expect(decode(`data: ${DONE_DATA}\n`)).toEqual([]);
    expect(decode(`data: ${DONE_DATA}\n\n`)).toHaveLength(1);
  });

  it('does not carry an id over to the next event', () => {
    const ids = decode('id: 1\ndata: a\n\ndata: b\n\n').map(({ id }) => id);
    expect(ids).toEqual(['1', undefined]);
  });

  it('reads a line of megabytes in pieces in about linear time', () => {
    const piece = bytesOf('x'.repeat(64));
    let length = 0;
    const feed = createEventDecoder(({ data }) => (length += data.length));
    feed(bytesOf('data: '));
    const started = performance.now();
    for (let count = 0; count < 100_000; count += 1) feed(piece);
    feed(bytesOf('\n\n'));
    expect(length).toBe(6_400_000);
    // Quadratic it would be minutes.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
