import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SourceChunk } from '../../src/log/index.js';
import { ChunkLane } from '../../src/server/chunk-lane.js';
import { runs } from '../protocol/runs.js';

const chunkOf = (text: string): SourceChunk => ({
  chunk: { type: 'text-delta' },
  text,
});

/** A lane whose large chunks (longer than 3) leave when they are let go. */
function openLane() {
  const delivered: string[] = [];
  const held: (() => void)[] = [];
  const lane = new ChunkLane({
    largeLength: 3,
    outline: ({ text }) =>
      new Promise((resolve) => {
        held.push(() => resolve(chunkOf(text.toUpperCase())));
      }),
    deliver: ({ text }) => void delivered.push(text),
  });
  return { lane, delivered, held };
}

const turn = (): Promise<void> =>
  new Promise((resolve) => setImmediate(resolve));

it('hands small chunks on within the call', async () => {
  const { lane, delivered } = openLane();
  lane.push(chunkOf('a'));
  lane.push(chunkOf('b'));
  expect(delivered).toEqual(['a', 'b']);
  await lane.idle();
});

it('keeps the order while large chunks are put out of line', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 5 });
  const step = fc.option(text, { nil: undefined });
  const property = fc.asyncProperty(fc.array(step), async (steps) => {
    const { lane, delivered, held } = openLane();
    const pushed: string[] = [];
    for (const one of steps) {
      if (one === undefined) held.shift()?.();
      else {
        pushed.push(one.length > 3 ? one.toUpperCase() : one);
        lane.push(chunkOf(one));
      }
      if (one === undefined) await turn();
    }
    const idle = lane.idle();
    while (delivered.length < pushed.length) {
      held.shift()?.();
      await turn();
    }
    await idle;
    expect(delivered).toEqual(pushed);
    lane.push(chunkOf('c'));
    expect(delivered.at(-1)).toBe('c');
  });
  await fc.assert(property, runs(100));
});
