import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactChunks } from '../../src/protocol/compact-chunks.js';
import type { StreamChunk } from '../../src/protocol/stream-chunk.js';
import { arbitraryAnswer, arbitraryWildAnswer } from './arbitrary-answer.js';
import { foldMessage, overTheWire, refusedChunks } from './fold-message.js';

const runs = (usual: number): { numRuns: number } => ({
  numRuns: Number(process.env['FC_RUNS'] ?? usual),
});

const compact = (chunks: readonly StreamChunk[]): StreamChunk[] =>
  overTheWire(compactChunks(chunks));

describe('compactChunks', () => {
  it('keeps the message, whatever the run did', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), async (chunks) => {
        expect(await foldMessage(compact(chunks))).toEqual(
          await foldMessage(chunks),
        );
      }),
      runs(300),
    );
  });

  it('keeps the message when the rest of the run follows as it is', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(70), async (chunks) => {
        const whole = await foldMessage(chunks);
        for (let cut = 0; cut <= chunks.length; cut += 1) {
          const replayed = [
            ...compact(chunks.slice(0, cut)),
            ...chunks.slice(cut),
          ];
          expect(await foldMessage(replayed)).toEqual(whole);
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
          const replayed = [
            ...compact(chunks.slice(0, cut)),
            ...chunks.slice(cut),
          ];
          const whole = await foldMessage(chunks);
          expect(await foldMessage(replayed)).toEqual(whole);
          expect(await foldMessage(compact(chunks))).toEqual(whole);
        },
      ),
      runs(300),
    );
  });

  it('sends nothing that the transport of the AI SDK would refuse', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), async (chunks) => {
        const known = chunks.filter(({ type }) => type !== 'x-unknown');
        expect(await refusedChunks(known)).toEqual([]);
        expect(await refusedChunks(compact(known))).toEqual([]);
      }),
      runs(200),
    );
  });
});
