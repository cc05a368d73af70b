import { stepCountIs, streamText, type UIMessage } from 'ai';
import { describe, expect, it, vi } from 'vitest';
import type { StreamChunk } from '../../src/protocol/index.js';
import { MessageFold } from '../../src/session/message-fold.js';
import {
  foldMessage,
  overTheWire,
  readMessage,
} from '../protocol/fold-message.js';
import { ownProviderStreams } from '../support/own-provider-streams.js';
import type { ProviderConversation } from '../support/provider-conversation.js';
import { providerModel, providerTools } from '../support/provider-model.js';
import { startProviderServer } from '../support/provider-server.js';
import { blank, folded } from './folded.js';

const begin: readonly StreamChunk[] = [
  { type: 'start', messageId: 'a1', messageMetadata: { model: 'm' } },
  { type: 'start-step' },
];
const text = (delta: string): StreamChunk => ({
  type: 'text-delta',
  id: '0',
  delta,
});
const toolCallId = 'call-1';
const call = { toolCallId, toolName: 'weather' };
const textStart = { type: 'text-start', id: '0' };

/** The chunks that the AI SDK makes of what a provider streams. */
async function chunksOf(
  conversation: ProviderConversation,
): Promise<StreamChunk[]> {
  const provider = await startProviderServer({ conversation, paceMs: 0 });
  const result = streamText({
    model: providerModel(conversation, provider.url),
    prompt: 'Hi',
    tools: providerTools(conversation),
    stopWhen: stepCountIs(conversation.calls.length),
    maxRetries: 0,
    onError: () => undefined,
  });
  const chunks: StreamChunk[] = [];
  for await (const chunk of result.toUIMessageStream({ sendSources: true })) {
    chunks.push(overTheWire<StreamChunk>({ ...chunk }));
  }
  await provider.close();
  return chunks;
}

describe('MessageFold', () => {
  it.each(ownProviderStreams)(
    'has the message of the AI SDK at every chunk of $name',
    async (conversation) => {
      const chunks = await chunksOf(conversation);
      const fold = new MessageFold(blank);
      expect(chunks.length).toBeGreaterThan(3);
      for (const [index, chunk] of chunks.entries()) {
        fold.add(chunk);
        const whole = await readMessage(
          chunks.slice(0, index + 1).filter(({ type }) => type !== 'error'),
        );
        const seen = whole ? overTheWire(fold.message) : fold.message.parts;
        expect(seen).toEqual(whole ?? []);
      }
    },
  );

  it('goes on after a chunk that does not fit, as if it were not there', () => {
    const output = { type: 'tool-output-available', toolCallId, output: 1 };
    const bad: readonly StreamChunk[] = [
      text('lost'),
      { type: 'text-end', id: 'x' },
      { type: 'reasoning-delta', id: '0', delta: 'lost' },
      { type: 'tool-input-delta', toolCallId, inputTextDelta: '{' },
      output,
      { type: 'tool-output-error', toolCallId, errorText: 'lost' },
      { type: 'tool-output-denied', toolCallId },
      { type: 'tool-approval-request', toolCallId, approvalId: 'x' },
      { type: 'tool-approval-response', approvalId: 'x', approved: true },
      { type: 'error', errorText: 'lost' },
      { type: 'tool-of-the-future', toolCallId },
      { type: 'of-the-future' },
      { type: 'constructor' },
    ];
    const fold = new MessageFold(blank);
    for (const chunk of begin) fold.add(chunk);
    const before = fold.message;
    for (const chunk of bad)
      expect.soft(fold.add(chunk), chunk.type).toBe(false);
    expect(fold.message).toBe(before);
    fold.add({ ...textStart });
    fold.add(text('kept'));
    expect(fold.message.parts.at(-1)).toMatchObject({ text: 'kept' });
  });

  it('knows what only one version of the AI SDK knows', () => {
    const citations = [{ source: { sourceType: 'url' } }];
    const chunks: readonly StreamChunk[] = [
      ...begin,
      textStart,
      { type: 'finish-step' },
      { type: 'start-step' },
      // AI SDK 6 closes its texts with the step.
      text('still open'),
      { type: 'text-end', id: '0', citations },
      { type: 'custom', kind: 'openai.compaction' },
      { type: 'reasoning-file', mediaType: 'text/plain', url: 'data:,a' },
      { type: 'tool-input-error', ...call, input: '{', errorText: 'No JSON' },
    ];
    expect(folded(chunks).parts).toEqual([
      { type: 'step-start' },
      { type: 'text', text: 'still open', state: 'done', citations },
      { type: 'step-start' },
      { type: 'custom', kind: 'openai.compaction' },
      { type: 'reasoning-file', mediaType: 'text/plain', url: 'data:,a' },
      {
        type: 'tool-weather',
        toolCallId,
        state: 'output-error',
        input: '{',
        errorText: 'No JSON',
      },
    ]);
    const late = { type: 'tool-input-delta', toolCallId, inputTextDelta: '{' };
    const begun = [...chunks, { type: 'tool-input-start', ...call }];
    const reset = folded([...begun, { type: 'reset-step' }, text('x'), late]);
    expect(reset.parts).toHaveLength(3);
  });

  it('begins anew where the source names another message', async () => {
    const chunks: readonly StreamChunk[] = [
      ...begin,
      textStart,
      text('a'),
      { type: 'start', messageId: 'a2' },
    ];
    const more = [textStart, text('b')];
    const after = await foldMessage([...chunks, ...more]);
    expect(folded([...chunks, ...more])).toEqual(after);
    expect(folded([...chunks, text('lost'), ...more])).toEqual(after);
    expect(after.id).toBe('a2');
  });

  it('goes on with the first data of an id, and with no input that is whole', () => {
    const part = { type: 'tool-weather', toolCallId, state: 'input-available' };
    const data = { type: 'data-n', id: 'x', data: 1 };
    const parts = [data, data, { ...part, input: {} }];
    // CAST: parts as they come out of a log.
    const base = { ...blank, parts: parts as UIMessage['parts'] };
    const late = { type: 'tool-input-delta', toolCallId, inputTextDelta: '{' };
    expect(folded([late, { ...data, data: 2 }], base).parts).toEqual([
      { ...data, data: 2 },
      data,
      { ...part, input: {} },
    ]);
  });

  it('takes in an answer, and the chunks that follow it', async () => {
    const available = { type: 'tool-input-available', ...call, input: {} };
    const answer = { id: toolCallId, kind: 'tool-output', toolCallId } as const;
    const fold = new MessageFold(blank);
    for (const chunk of [...begin, available]) fold.add(chunk);
    const before = fold.message;
    expect(fold.answer({ ...answer, output: 7 })).toBe(true);
    expect(fold.answer({ ...answer, output: 8 })).toBe(false);
    const answered = fold.message;
    expect(before.parts[1]).toMatchObject({ state: 'input-available' });
    fold.add(textStart);
    expect(answered.parts[0]).toBe(before.parts[0]);
    expect(fold.message.parts[1]).toBe(answered.parts[1]);
    const output = { type: 'tool-output-available', toolCallId, output: 7 };
    expect(overTheWire(fold.message)).toEqual(
      await foldMessage([...begin, available, output, textStart]),
    );
  });

  it('merges metadata, and lets none of it reach a prototype', async () => {
    const metadata = (value: unknown): StreamChunk => ({
      type: 'message-metadata',
      messageMetadata: value,
    });
    const hostile: unknown = JSON.parse('{"__proto__":{"x":1},"a":{"c":null}}');
    const chunks = [
      ...begin,
      metadata({ a: { b: [1], c: 1 }, toString: 1 }),
      metadata(hostile),
      metadata({ a: { b: [2] }, constructor: 1 }),
      metadata(null),
    ];
    expect(folded(chunks)).toEqual(await foldMessage(chunks));
    expect(folded(chunks).metadata).toMatchObject({ a: { b: [2], c: null } });
    expect(Object(blank)['x']).toBeUndefined();
  });
});

describe('a chunk for MessageFold', () => {
  it('costs no look at the parts that are there', () => {
    let looks = 0;
    const watched = <T extends object>(part: T): T =>
      new Proxy(part, {
        get(target, field, receiver): unknown {
          looks += 1;
          return Reflect.get(target, field, receiver);
        },
      });
    const parts: UIMessage['parts'] = Array.from({ length: 1_000 }, (_, n) =>
      watched({ type: 'data-n', id: `${n}`, data: n }),
    );
    const fold = new MessageFold({ ...blank, parts });
    const input = JSON.stringify({ text: 'word '.repeat(100) });
    const chunks: readonly StreamChunk[] = [
      textStart,
      text('word'),
      { type: 'text-end', id: '0' },
      { type: 'tool-input-start', ...call },
      ...input.split('').map((inputTextDelta) => ({
        type: 'tool-input-delta',
        toolCallId,
        inputTextDelta,
      })),
      { type: 'tool-input-available', ...call, input: {} },
      { type: 'tool-output-available', toolCallId, output: 1 },
      { type: 'data-n', id: '7', data: 8 },
      { type: 'data-n', id: 'new', data: 8 },
      { type: 'data-n', data: 8 },
      { type: 'start-step' },
      { type: 'finish', messageMetadata: { a: 1 } },
    ];
    looks = 0;
    for (const chunk of chunks) {
      fold.add(chunk);
      expect(fold.message.parts.length).toBeGreaterThanOrEqual(1_000);
    }
    // The data of id 7 is copied: its type, its id and its data.
    expect(looks).toBe(3);
  });

  it('parses nothing twice, however long the input of a tool grows', () => {
    const value = { items: Array.from({ length: 200 }, (_, n) => `item ${n}`) };
    const input = JSON.stringify(value);
    const parse = vi.spyOn(JSON, 'parse');
    const clone = vi.spyOn(globalThis, 'structuredClone');
    const fold = new MessageFold(blank);
    fold.add({ type: 'tool-input-start', ...call });
    for (const inputTextDelta of input) {
      fold.add({ type: 'tool-input-delta', toolCallId, inputTextDelta });
      expect(fold.message.parts).toHaveLength(1);
    }
    const parsed = parse.mock.calls.reduce((sum, [it]) => sum + it.length, 0);
    const clones = clone.mock.calls.length;
    parse.mockRestore();
    clone.mockRestore();
    expect(fold.message.parts[0]).toMatchObject({ input: value });
    expect(parsed).toBeLessThan(input.length);
    expect(clones).toBe(0);
  });
});
