import type { UIMessage } from 'ai';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replayChunks } from '../../src/protocol/replay-chunks.js';
import type { StreamChunk } from '../../src/protocol/stream-chunk.js';
import { arbitraryAnswer, arbitraryContinuation } from './arbitrary-answer.js';
import { callsAgain } from './calls-again.js';
import { foldMessage, overTheWire } from './fold-message.js';
import { runs } from './runs.js';

const replay = (
  base: UIMessage | undefined,
  chunks: readonly StreamChunk[],
): StreamChunk[] => overTheWire(replayChunks(base, 'answer', chunks));

const typesOf = (chunks: readonly StreamChunk[]): string[] =>
  chunks.map(({ type }) => type);

const pending: UIMessage = {
  id: 'answer',
  role: 'assistant',
  metadata: { model: 'm' },
  parts: [
    { type: 'step-start' },
    { type: 'text', text: 'Let me see.', state: 'done' },
    {
      type: 'tool-weather',
      toolCallId: 'call-1',
      state: 'input-available',
      input: {},
    },
  ],
};

describe('replayChunks', () => {
  it('[A16] brings back a continued message, wherever the reader comes in', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryAnswer(60),
        arbitraryContinuation(),
        fc.context(),
        async (before, goOn, context) => {
          const base = await foldMessage(before);
          const run = goOn(base);
          // fast-check cannot print the run: it depends on the base.
          context.log(JSON.stringify(run));
          const whole = await foldMessage(run, base);
          for (let cut = 0; cut <= run.length; cut += 1) {
            const chunks = replay(base, run.slice(0, cut));
            const replayed = await foldMessage([...chunks, ...run.slice(cut)]);
            expect(replayed).toEqual(whole);
          }
        },
      ),
      runs(50),
    );
  });

  it('never makes Chat call onToolCall for a call that has an output', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryAnswer(),
        arbitraryContinuation(),
        async (before, goOn) => {
          const base = await foldMessage(before);
          expect(callsAgain(replay(base, goOn(base)))).toEqual([]);
        },
      ),
      runs(100),
    );
  });

  it('settles a call of the base with the output that the run brings', () => {
    const output = {
      type: 'tool-output-available',
      toolCallId: 'call-1',
      output: 20,
    };
    expect(typesOf(replay(pending, []))).toContain('tool-input-available');
    expect(typesOf(replay(pending, [output]))).toEqual([
      'start',
      'start-step',
      'text-start',
      'text-delta',
      'text-end',
      'tool-input-start',
      'tool-input-delta',
      'tool-output-available',
    ]);
  });

  it('starts once, under the id of the message, with all its metadata', async () => {
    const start = { type: 'start', messageId: 'x', messageMetadata: { n: 1 } };
    const chunks = replay(pending, [start]);
    expect(chunks[0]).toEqual({
      type: 'start',
      messageId: 'answer',
      messageMetadata: { model: 'm' },
    });
    const message = await foldMessage(chunks);
    expect(message.metadata).toEqual({ model: 'm', n: 1 });
    expect(typesOf(chunks).filter((type) => type === 'start')).toHaveLength(1);
  });

  it("starts with the run's own start where the run began the message", () => {
    const start = { type: 'start', messageId: 'x', messageMetadata: { n: 1 } };
    expect(replay(undefined, [start])).toEqual([
      { ...start, messageId: 'answer' },
    ]);
  });

  it('starts before the first chunk, and before data sent ahead of a start', () => {
    const start = { type: 'start', messageId: 'answer' };
    const data = { type: 'data-early', data: 1 };
    expect(replay(undefined, [])).toEqual([start]);
    expect(replay(undefined, [data, start])).toEqual([start, data]);
  });
});
