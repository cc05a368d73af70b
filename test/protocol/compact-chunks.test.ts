import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactChunks } from '../../src/protocol/compact-chunks.js';
import type { StreamChunk } from '../../src/protocol/stream-chunk.js';
import { arbitraryAnswer, arbitraryWildAnswer } from './arbitrary-answer.js';
import { foldMessage, overTheWire, refusedChunks } from './fold-message.js';
import { callsAgain } from './calls-again.js';
import { runs } from './runs.js';

const compact = (chunks: readonly StreamChunk[]): StreamChunk[] =>
  overTheWire(compactChunks(chunks));

const start = { type: 'start', messageId: 'answer' };

describe('compactChunks, whatever the run did,', () => {
  it('keeps the message', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), async (chunks) => {
        const whole = await foldMessage(chunks);
        expect(await foldMessage(compact(chunks))).toEqual(whole);
      }),
      runs(200),
    );
  });

  it('keeps the message when the rest of the run follows as it is', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(70), async (chunks) => {
        const whole = await foldMessage(chunks);
        for (let cut = 0; cut <= chunks.length; cut += 1) {
          const replay = compact(chunks.slice(0, cut));
          const replayed = await foldMessage([...replay, ...chunks.slice(cut)]);
          expect(replayed).toEqual(whole);
        }
      }),
      runs(60),
    );
  });

  it('keeps the message of a run that no AI SDK would send', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryWildAnswer(),
        fc.nat(60),
        async (chunks, cut) => {
          const whole = await foldMessage(chunks);
          const replay = compact(chunks.slice(0, cut));
          const replayed = await foldMessage([...replay, ...chunks.slice(cut)]);
          expect(replayed).toEqual(whole);
          expect(await foldMessage(compact(chunks))).toEqual(whole);
        },
      ),
      runs(200),
    );
  });

  it('sends nothing that the transport of the AI SDK would refuse', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), async (chunks) => {
        const known = chunks.filter(({ type }) => type !== 'x-unknown');
        expect(await refusedChunks(known)).toEqual([]);
        expect(await refusedChunks(compact(known))).toEqual([]);
      }),
      runs(100),
    );
  });

  it('never makes Chat call onToolCall for a call that has an output', () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (chunks) => {
        expect(callsAgain(compactChunks(chunks))).toEqual([]);
      }),
      runs(500),
    );
  });

  it('changes nothing that is compact, and none of what it was given', () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (chunks) => {
        const given = structuredClone(chunks);
        const once = compactChunks(chunks);
        expect(chunks).toEqual(given);
        expect(once.length).toBeLessThanOrEqual(chunks.length + 30);
        expect(compact(once)).toEqual(overTheWire(once));
      }),
      runs(200),
    );
  });
});

describe('compactChunks makes of texts', () => {
  const delta = (word: string, more: object = {}): StreamChunk => ({
    type: 'text-delta',
    id: '0',
    delta: word,
    ...more,
  });

  it('one delta where 10,000 were', () => {
    const words = Array.from({ length: 10_000 }, (_, n) => delta(`w${n} `));
    const chunks = compactChunks([{ type: 'text-start', id: '0' }, ...words]);
    expect(chunks).toEqual([
      { type: 'text-start', id: '0' },
      delta(words.map((word) => word['delta']).join('')),
    ]);
  });

  it('one each of two that came in turns', () => {
    const reasoning = { type: 'reasoning-delta', id: '0', delta: 'r' };
    const chunks = compactChunks([
      { type: 'text-start', id: '0' },
      { type: 'reasoning-start', id: '0' },
      ...Array.from({ length: 3 }, () => [delta('t'), reasoning]).flat(),
      { type: 'text-end', id: '0' },
    ]);
    expect(chunks).toEqual([
      { type: 'text-start', id: '0' },
      delta('ttt'),
      { type: 'text-end', id: '0' },
      { type: 'reasoning-start', id: '0' },
      { ...reasoning, delta: 'rrr' },
    ]);
  });

  it('two where an id is used again', () => {
    const text = [{ type: 'text-start', id: '0' }, delta('a'), delta('b')];
    const chunks = compactChunks([
      ...text,
      { type: 'text-end', id: '0' },
      ...text,
    ]);
    expect(chunks).toEqual([
      { type: 'text-start', id: '0' },
      delta('ab'),
      { type: 'text-end', id: '0' },
      { type: 'text-start', id: '0' },
      delta('ab'),
    ]);
  });

  it('nothing of what comes after their end, for the AI SDK to reject', () => {
    const end = { type: 'text-end', id: '0' };
    const chunks = [{ type: 'text-start', id: '0' }, end, delta('late'), end];
    expect(compactChunks(chunks)).toEqual(chunks);
  });

  it('one with the newest metadata, and with fields of a later AI SDK', () => {
    const chunks = compactChunks([
      { type: 'text-start', id: '0' },
      delta('a', { providerMetadata: { p: { n: 1 } }, newField: 1 }),
      delta('b', { providerMetadata: { p: { n: 2 } } }),
      delta('c', { providerMetadata: undefined }),
    ]);
    expect(chunks[1]).toEqual(
      delta('abc', { providerMetadata: { p: { n: 2 } }, newField: 1 }),
    );
  });
});

describe('compactChunks makes of other chunks', () => {
  const data = (n: number, more: object = {}): StreamChunk => ({
    type: 'data-weather',
    data: n,
    ...more,
  });

  it('nothing where they were transient', () => {
    expect(compactChunks([start, data(1, { transient: true })])).toEqual([
      start,
    ]);
  });

  it('the newest data of an id, at the place of the first', () => {
    const unnamed = [data(1), data(2)];
    const chunks = compactChunks([
      data(1, { id: 'a' }),
      ...unnamed,
      data(2, { id: 'b' }),
      { ...data(3, { id: 'a' }), type: 'data-news' },
      data(4, { id: 'a' }),
    ]);
    expect(chunks).toEqual([
      data(4, { id: 'a' }),
      ...unnamed,
      data(2, { id: 'b' }),
      { ...data(3, { id: 'a' }), type: 'data-news' },
    ]);
  });

  it('metadata where a start is repeated, and nothing where it has none', () => {
    const messageMetadata = { model: 'm' };
    const chunks = compactChunks([
      start,
      { type: 'start' },
      { ...start, messageMetadata },
    ]);
    expect(chunks).toEqual([
      start,
      { type: 'message-metadata', messageMetadata },
    ]);
  });

  it('two messages where a start names another one', () => {
    const part = { type: 'text-start', id: '0' };
    const word = { type: 'text-delta', id: '0', delta: 'w' };
    const other = { type: 'start', messageId: 'other' };
    const chunks = [start, part, word, other, word, part, word];
    expect(compactChunks(chunks)).toEqual(chunks);
  });

  it('the same, in the same order, where it does not know them', () => {
    const chunks = [
      start,
      { type: 'start-step' },
      { type: 'x-from-the-future', id: 1 },
      { type: 'text-annotation', id: '0' },
      { type: 'tool-progress', toolCallId: 'a' },
      { type: 'finish-step' },
      { type: 'error', errorText: 'An error occurred.' },
      { type: 'abort' },
      { type: 'finish' },
    ];
    expect(compactChunks(chunks)).toEqual(chunks);
  });

  it('nothing of a step that was reset', () => {
    const step = [
      { type: 'text-start', id: '0' },
      {
        type: 'tool-input-available',
        toolCallId: 'a',
        toolName: 't',
        input: 1,
      },
      { type: 'source-url', sourceId: 's', url: 'https://a.example' },
    ];
    const chunks = [
      start,
      { type: 'start-step' },
      ...step,
      { type: 'reset-step' },
    ];
    expect(compactChunks([...chunks, ...step])).toEqual([
      start,
      { type: 'start-step' },
      ...step,
    ]);
  });

  it('a reset where the step may have begun before these chunks', () => {
    const reset = { type: 'reset-step' };
    const text = { type: 'text-start', id: '0' };
    expect(compactChunks([start, text, reset])).toEqual([start, reset]);
  });
});
