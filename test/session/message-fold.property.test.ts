import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageFold } from '../../src/session/message-fold.js';
import {
  arbitraryAnswer,
  arbitraryContinuation,
  arbitraryWildAnswer,
} from '../protocol/arbitrary-answer.js';
import {
  foldMessage,
  overTheWire,
  readMessage,
} from '../protocol/fold-message.js';
import { runs } from '../protocol/runs.js';
import { blank, comparable, folded } from './folded.js';

describe('MessageFold, whatever the run did,', () => {
  it('has the message of the AI SDK at every chunk', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(50).map(comparable), async (chunks) => {
        const fold = new MessageFold(blank);
        for (const [index, chunk] of chunks.entries()) {
          fold.add(chunk);
          const whole = await readMessage(chunks.slice(0, index + 1));
          const seen = whole ? overTheWire(fold.message) : fold.message.parts;
          expect(seen).toEqual(whole ?? []);
        }
      }),
      runs(40),
    );
  });

  it('has the message of the AI SDK where no AI SDK would send that', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryWildAnswer().map(comparable),
        async (chunks) => {
          expect(folded(chunks)).toEqual(await foldMessage(chunks));
        },
      ),
      runs(200),
    );
  });

  it('goes on with any message', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryAnswer(50).map(comparable),
        arbitraryContinuation(),
        async (before, goOn) => {
          const base = await foldMessage(before);
          const run = comparable(goOn(base));
          expect(folded(run, base)).toEqual(await foldMessage(run, base));
        },
      ),
      runs(100),
    );
  });

  it('goes on from its own message at any chunk', () => {
    fc.assert(
      fc.property(
        arbitraryAnswer(),
        arbitraryContinuation(),
        (before, goOn) => {
          const fold = new MessageFold(blank);
          for (const chunk of before) fold.add(chunk);
          const base = fold.message;
          const stored = overTheWire(base);
          const run = goOn(stored);
          expect(folded(run, base)).toEqual(folded(run, stored));
          expect(overTheWire(base)).toEqual(stored);
        },
      ),
      runs(100),
    );
  });

  it('changes nothing that was read before, and shares what stays', () => {
    fc.assert(
      fc.property(arbitraryWildAnswer(), (chunks) => {
        const fold = new MessageFold(blank);
        for (const chunk of chunks) {
          const before = fold.message;
          const copy = structuredClone(before);
          const hasChanged = fold.add(chunk);
          const after = fold.message;
          expect(before).toEqual(copy);
          expect(hasChanged).toBe(after !== before);
          const others = after.parts.filter(
            (part) =>
              part.type !== 'step-start' && !before.parts.includes(part),
          );
          expect(others.length).toBeLessThanOrEqual(1);
        }
      }),
      runs(100),
    );
  });
});
