import { convertToModelMessages, type UIMessage } from 'ai';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCallsOf, stepOpenCalls } from '../../src/protocol/open-calls.js';
import {
  settleOpenCalls,
  settlingChunks,
} from '../../src/protocol/settle-open-calls.js';
import type { StreamChunk } from '../../src/protocol/stream-chunk.js';
import { arbitraryAnswer, arbitraryContinuation } from './arbitrary-answer.js';
import { foldMessage, refusedChunks } from './fold-message.js';
import { runs } from './runs.js';

const errorText = 'The run was stopped.';
const toolCallId = 'call-1';
const begin = { type: 'tool-input-start', toolCallId, toolName: 'weather' };
const available = { ...begin, type: 'tool-input-available', input: {} };
const ask = { type: 'tool-approval-request', toolCallId, approvalId: 'a' };
const failed = { type: 'tool-output-error', toolCallId, errorText };
const step = { type: 'start-step' };

/** The states of the tool parts, by call: of an id used again, the newest. */
const statesOf = ({ parts }: UIMessage): Map<string, string> =>
  new Map(
    parts.flatMap((part) =>
      'toolCallId' in part ? [[part.toolCallId, part.state]] : [],
    ),
  );

const OPEN = ['input-streaming', 'input-available', 'approval-responded'];

const openOnes = (states: ReadonlyMap<string, string>): string[] =>
  [...states].filter(([, state]) => OPEN.includes(state)).map(([id]) => id);

describe('settleOpenCalls', () => {
  it('[A26] leaves no call open, whatever the run did', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryAnswer(),
        arbitraryContinuation(),
        async (before, goOn) => {
          const base = await foldMessage(before);
          const run = goOn(base);
          const settling = settleOpenCalls(base, run, errorText);
          expect(await refusedChunks(settling)).toEqual([]);
          const stopped = statesOf(await foldMessage(run, base));
          const settled = statesOf(
            await foldMessage([...run, ...settling], base),
          );
          expect(openOnes(settled)).toEqual([]);
          for (const id of openOnes(stopped)) stopped.delete(id);
          expect(Object.fromEntries(settled)).toMatchObject(
            Object.fromEntries(stopped),
          );
        },
      ),
      runs(150),
    );
  });

  it('settles a call that waits for its output', () => {
    expect(settleOpenCalls(undefined, [available], errorText)).toEqual([
      failed,
    ]);
  });

  it('settles a call that has some input', () => {
    const some = { type: 'tool-input-delta', toolCallId, inputTextDelta: '{' };
    expect(settleOpenCalls(undefined, [begin, some], errorText)).toEqual([
      failed,
    ]);
  });

  it('leaves a call with an output, and one that waits for an approval', () => {
    const early = {
      type: 'tool-output-available',
      toolCallId,
      output: 1,
      preliminary: true,
    };
    expect(settleOpenCalls(undefined, [available, early], errorText)).toEqual(
      [],
    );
    expect(settleOpenCalls(undefined, [available, ask], errorText)).toEqual([]);
  });

  it('settles a call of the base, and one whose approval was answered', () => {
    const message = (approved: boolean): UIMessage => ({
      id: 'answer',
      role: 'assistant',
      parts: [
        {
          type: 'tool-weather',
          toolCallId,
          state: 'approval-responded',
          input: {},
          approval: { id: 'a', approved },
        },
      ],
    });
    const denied = { type: 'tool-output-denied', toolCallId };
    expect(settleOpenCalls(message(true), [step], errorText)).toEqual([failed]);
    expect(settleOpenCalls(message(false), [], errorText)).toEqual([denied]);
  });

  it('takes in an answer that came in the run', () => {
    const answer = (approved: boolean): StreamChunk[] => [
      available,
      ask,
      { type: 'tool-approval-response', approvalId: 'a', approved },
    ];
    const denied = { type: 'tool-output-denied', toolCallId };
    expect(settleOpenCalls(undefined, answer(true), errorText)).toEqual([
      failed,
    ]);
    expect(settleOpenCalls(undefined, answer(false), errorText)).toEqual([
      denied,
    ]);
  });

  it('knows nothing of calls that a reset took back', () => {
    const reset = { type: 'reset-step' };
    const run = [available, step, { ...available, toolCallId: 'b' }, reset];
    expect(settleOpenCalls(undefined, run, errorText)).toEqual([failed]);
  });

  it('[A26] gives the model no call without input', async () => {
    const blank = { type: 'tool-input-delta', toolCallId, inputTextDelta: ' ' };
    for (const dynamic of [false, true]) {
      const run = [{ ...begin, dynamic }, blank];
      const settling = settleOpenCalls(undefined, run, errorText);
      const answer = await foldMessage([...run, ...settling]);
      expect(answer.parts).toHaveLength(1);
      const [assistant, result] = await convertToModelMessages([answer]);
      expect(assistant?.content).toEqual([
        expect.objectContaining({ type: 'tool-call', input: {} }),
      ]);
      expect(result?.content).toMatchObject([
        {
          type: 'tool-result',
          output: { type: 'error-text', value: errorText },
        },
      ]);
    }
  });

  it('settles a call without input where it stands, not in a later step', async () => {
    const run = [begin, step];
    const settling = settleOpenCalls(undefined, run, errorText);
    const answer = await foldMessage([...run, ...settling]);
    expect(answer.parts).toMatchObject([
      { toolCallId, state: 'output-error' },
      { type: 'step-start' },
    ]);
  });

  it('comes to the same chunk by chunk', () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (chunks) => {
        let open = openCallsOf(undefined);
        for (const chunk of chunks) open = stepOpenCalls(open, chunk);
        expect(settlingChunks(open, errorText)).toEqual(
          settleOpenCalls(undefined, chunks, errorText),
        );
      }),
      runs(100),
    );
  });

  it('gives back the same calls for a chunk that changes none', () => {
    const open = openCallsOf(undefined);
    const text = { type: 'text-delta', id: '0', delta: 'word' };
    expect(stepOpenCalls(open, text)).toBe(open);
  });
});
