import type { UIMessage } from 'ai';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerChunk,
  applyAnswer,
  isAwaited,
  type Answer,
} from '../../src/protocol/index.js';
import { arbitraryAnswer } from './arbitrary-answer.js';
import { foldMessage, isV7, overTheWire } from './fold-message.js';
import { runs } from './runs.js';

const call = { toolCallId: 'call-1', input: { city: 'Oslo' } };
const pending = { ...call, type: 'tool-weather', state: 'input-available' };
const asked = {
  ...call,
  type: 'dynamic-tool',
  toolName: 'pay',
  state: 'approval-requested',
  approval: { id: 'ask-1', signature: 'signed' },
};

const messageWith = (...parts: readonly object[]): UIMessage => ({
  id: 'a1',
  role: 'assistant',
  // CAST: parts as they come out of a log.
  parts: [{ type: 'step-start' }, ...parts] as UIMessage['parts'],
});

const output: Answer = {
  id: 'call-1',
  kind: 'tool-output',
  toolCallId: 'call-1',
  output: { degrees: 7 },
};
const approval: Answer = {
  id: 'ask-1',
  kind: 'approval',
  toolCallId: 'call-1',
  approved: false,
  reason: 'Too dear',
};

describe('applyAnswer', () => {
  it('gives the output to the call that waits for it', () => {
    expect(applyAnswer(messageWith(pending), output)).toEqual(
      messageWith({
        ...pending,
        state: 'output-available',
        output: { degrees: 7 },
      }),
    );
  });

  it('says of a tool that failed why it did', () => {
    const { output: _, ...rest } = output;
    const failed = { ...rest, errorText: 'No network' };
    expect(applyAnswer(messageWith(pending), failed)).toEqual(
      messageWith({
        ...pending,
        state: 'output-error',
        errorText: 'No network',
      }),
    );
  });

  it('answers the approval that was asked for, and keeps what it asked', () => {
    const responded = { ...asked, state: 'approval-responded' };
    const kept = { id: 'ask-1', signature: 'signed' };
    expect(applyAnswer(messageWith(asked), approval)).toEqual(
      messageWith({
        ...responded,
        approval: { ...kept, approved: false, reason: 'Too dear' },
      }),
    );
    const yes: Answer = {
      id: 'ask-1',
      kind: 'approval',
      toolCallId: 'call-1',
      approved: true,
    };
    expect(applyAnswer(messageWith(asked), yes)).toEqual(
      messageWith({ ...responded, approval: { ...kept, approved: true } }),
    );
  });

  it('leaves a message in which nothing waits for it as it is', () => {
    const deaf: [object, Answer][] = [
      [pending, { ...output, toolCallId: 'call-2' }],
      [pending, approval],
      [{ ...pending, providerExecuted: true }, output],
      [{ ...pending, state: 'input-streaming' }, output],
      [{ ...pending, state: 'output-available', output: 1 }, output],
      [{ ...asked, state: 'approval-responded' }, output],
      [{ ...asked, state: 'approval-responded' }, approval],
      [asked, { ...approval, id: 'ask-2' }],
      [asked, output],
      [{ ...pending, type: 'data-weather' }, output],
    ];
    for (const [part, answer] of deaf) {
      const message = messageWith(part);
      expect.soft(applyAnswer(message, answer)).toBe(message);
      expect.soft(isAwaited(message, answer)).toBe(false);
    }
    expect(isAwaited(messageWith(pending), output)).toBe(true);
  });

  it('shares the parts that it does not touch', () => {
    const message = messageWith(pending, asked);
    const answered = applyAnswer(message, output);
    expect(answered.parts[0]).toBe(message.parts[0]);
    expect(answered.parts[1]).not.toBe(message.parts[1]);
    expect(answered.parts[2]).toBe(message.parts[2]);
  });

  it('comes to what its chunk comes to, for any call of any answer', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), fc.jsonValue(), async (chunks, n) => {
        const message = await foldMessage(chunks);
        for (const answer of answersTo(message, n)) {
          const answered = applyAnswer(message, answer);
          expect(answered).not.toBe(message);
          expect(overTheWire(answered)).toEqual(
            await foldMessage([...chunks, answerChunk(answer)]),
          );
          expect(applyAnswer(answered, answer)).toBe(answered);
        }
      }),
      runs(100),
    );
  });
});

/** An answer to each call that waits for one. */
function answersTo(message: UIMessage, value: unknown): Answer[] {
  return message.parts.flatMap((part): Answer[] => {
    if (!('toolCallId' in part)) return [];
    const { toolCallId } = part;
    const same = message.parts.filter(
      (other) => 'toolCallId' in other && other.toolCallId === toolCallId,
    );
    // Of calls with one id only the newest can be reached by a chunk.
    if (same.length > 1 || part.providerExecuted === true) return [];
    if (part.state === 'input-available') {
      const failed: Answer = {
        id: toolCallId,
        kind: 'tool-output',
        toolCallId,
        errorText: 'No',
      };
      const { errorText: _, ...rest } = failed;
      return [failed, { ...rest, output: value }];
    }
    if (part.state !== 'approval-requested' || !isV7) return [];
    const { id } = part.approval;
    return [{ id, kind: 'approval', toolCallId, approved: true, reason: 'so' }];
  });
}
