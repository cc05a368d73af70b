import type { UIMessage } from 'ai';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageToChunks } from '../../src/protocol/message-to-chunks.js';
import { arbitraryAnswer } from './arbitrary-answer.js';
import { callsAgain } from './calls-again.js';
import {
  foldMessage,
  isV7,
  overTheWire,
  refusedChunks,
} from './fold-message.js';
import { runs } from './runs.js';

/** A message with these parts, of whatever AI SDK. */
const messageWith = (...parts: readonly object[]): UIMessage => {
  const message = { id: 'answer', role: 'assistant', parts };
  // CAST: a stored message may have parts that this AI SDK does not type.
  return message as unknown as UIMessage;
};

const replayed = async (message: UIMessage): Promise<UIMessage> =>
  foldMessage(overTheWire(messageToChunks(message)));

const tool = { type: 'tool-weather', toolCallId: 'call-1' };
const input = { city: 'Paris' };
const approval = { id: 'a', descriptor: { cost: 1 }, signature: 's' };

describe('messageToChunks', () => {
  it('brings back any message that a run may leave', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), async (chunks) => {
        const message = await foldMessage(chunks);
        expect(await replayed(message)).toEqual(message);
      }),
      runs(200),
    );
  });

  it('sends nothing that the transport of the AI SDK would refuse', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), async (chunks) => {
        const message = await foldMessage(chunks);
        expect(await refusedChunks(messageToChunks(message))).toEqual([]);
      }),
      runs(100),
    );
  });

  it('never makes Chat call onToolCall for a call that has an output', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), async (chunks) => {
        const message = await foldMessage(chunks);
        expect(callsAgain(messageToChunks(message))).toEqual([]);
      }),
      runs(100),
    );
  });

  it.each([
    { state: 'input-streaming' },
    { state: 'input-streaming', input, rawInput: '{"city":"Paris"' },
    { state: 'input-streaming', rawInput: '' },
    { state: 'input-available', input },
    { state: 'input-available', input, callProviderMetadata: { p: { n: 1 } } },
    { state: 'approval-requested', input, approval },
    { state: 'output-available', input, output: { c: 20 } },
    { state: 'output-available', input, output: null, preliminary: true },
    { state: 'output-available', input, output: 1, approval },
    {
      state: 'output-available',
      input,
      output: 1,
      providerExecuted: true,
      title: 'The weather',
      toolMetadata: { a: 1 },
      callProviderMetadata: { p: { n: 1 } },
      resultProviderMetadata: { p: { n: 2 } },
    },
    { state: 'output-error', input, errorText: 'No.' },
    { state: 'output-error', input, errorText: '', approval },
    { state: 'output-error', errorText: 'Stopped before any input.' },
    { state: 'output-denied', input, approval },
  ])('brings back a call, static and dynamic: %j', async (fields) => {
    const { type: _, ...dynamic } = { ...tool, toolName: 'weather' };
    const message = messageWith(
      { type: 'step-start' },
      { ...tool, ...fields },
      { type: 'step-start' },
      { type: 'dynamic-tool', ...dynamic, ...fields },
    );
    expect(await replayed(message)).toEqual(message);
  });

  it.each([
    { input, rawInput: '{"city":"Paris"' },
    { input: 'SELECT', rawInput: 'SELECT' },
    { rawInput: '' },
    { rawInput: ' ' },
  ])('brings back a call stopped while it streamed: %j', async (fields) => {
    const state = 'output-error';
    const part = { ...tool, ...fields, state, errorText: 'Stopped.' };
    expect(await replayed(messageWith(part))).toEqual(messageWith(part));
  });

  it.each(['{"city":"Pa', { town: 'Paris' }])(
    'brings back invalid input, where v6 keeps it and where v7 does: %j',
    async (invalid) => {
      const failed = { ...tool, state: 'output-error', errorText: 'No.' };
      const ofV6 = messageWith({ ...failed, rawInput: invalid });
      const ofV7 = messageWith({ ...failed, input: invalid });
      expect(await replayed(ofV6)).toEqual(isV7 ? ofV7 : ofV6);
      expect(await replayed(ofV7)).toEqual(ofV7);
    },
  );

  it.runIf(isV7).each([
    { state: 'approval-responded', approved: true },
    { state: 'approval-responded', approved: false, reason: 'No.' },
    { state: 'output-denied', approved: false, reason: 'No.' },
    { state: 'output-available', output: 1, approved: true, isAutomatic: true },
    { state: 'output-error', errorText: 'No.', approved: true },
  ])('brings back an answered approval: %j', async (fields) => {
    const { approved, reason, isAutomatic, ...rest } = fields;
    const answered = { ...approval, approved, reason, isAutomatic };
    const message = messageWith({
      ...tool,
      input,
      ...rest,
      approval: answered,
    });
    expect(await replayed(message)).toEqual(message);
  });

  it.runIf(!isV7)(
    '[A20] shows no answered approval as asked again',
    async () => {
      const state = 'approval-responded';
      const part = { ...tool, state, input };
      const given = messageWith({
        ...part,
        approval: { id: 'a', approved: true },
      });
      // What v6 makes of it must come back in its turn.
      const left = { ...part, state: 'input-available', approval: { id: 'a' } };
      expect(await replayed(given)).toEqual(messageWith(left));
      expect(await replayed(messageWith(left))).toEqual(messageWith(left));
    },
  );

  it.runIf(isV7)('brings back the parts that only v7 has', async () => {
    const file = { url: 'data:text/plain,a', mediaType: 'text/plain' };
    const message = messageWith(
      { type: 'custom', kind: 'openai.compaction' },
      { type: 'reasoning-file', ...file },
      {
        type: 'steering-message',
        id: 'u',
        parts: [{ type: 'text', text: 'a' }],
      },
    );
    expect(await replayed(message)).toEqual(message);
  });

  it('keeps metadata, and needs none', async () => {
    const message = { ...messageWith(), metadata: { model: 'm' } };
    expect(await replayed(message)).toEqual(message);
    expect(messageToChunks(messageWith())).toEqual([
      { type: 'start', messageId: 'answer' },
    ]);
  });

  it('ends the step before it starts the next, and no message', () => {
    const step = { type: 'step-start' };
    const types = messageToChunks(messageWith(step, step)).map(
      ({ type }) => type,
    );
    expect(types).toEqual(['start', 'start-step', 'finish-step', 'start-step']);
  });

  it('takes text without a state for done', async () => {
    const message = messageWith({ type: 'text', text: 'Hello' });
    expect((await replayed(message)).parts).toEqual([
      { type: 'text', text: 'Hello', state: 'done' },
    ]);
  });
});
