import { describe, expect, it } from 'vitest';
import { compactChunks } from '../../src/protocol/compact-chunks.js';
import type { StreamChunk } from '../../src/protocol/stream-chunk.js';
import { foldMessage, isV7, overTheWire } from './fold-message.js';

const toolCallId = 'call-1';
const toolName = 'weather';
const input = { city: 'Paris' };
const begin = { type: 'tool-input-start', toolCallId, toolName };
const delta = (inputTextDelta: string): StreamChunk => ({
  type: 'tool-input-delta',
  toolCallId,
  inputTextDelta,
});
const available: StreamChunk = {
  type: 'tool-input-available',
  toolCallId,
  toolName,
  input,
};
const streamed = [begin, delta('{"city":'), delta('"Paris"}'), available];
const inputOnce = [begin, delta('{"city":"Paris"}')];
const output = { type: 'tool-output-available', toolCallId, output: { c: 20 } };
const error = { type: 'tool-output-error', toolCallId, errorText: 'No.' };
const ask = { type: 'tool-approval-request', toolCallId, approvalId: 'a' };
const answer = {
  type: 'tool-approval-response',
  approvalId: 'a',
  approved: true,
};
const denied = { type: 'tool-output-denied', toolCallId };

async function partOf(chunks: readonly StreamChunk[]): Promise<object> {
  const { parts } = await foldMessage(overTheWire(chunks));
  expect(parts).toHaveLength(1);
  return { ...parts[0] };
}

describe('compactChunks makes of a tool call', () => {
  it('that streams: its start and one delta', () => {
    expect(compactChunks(streamed.slice(0, 3))).toEqual(inputOnce);
    expect(compactChunks([begin])).toEqual([begin]);
  });

  it('that waits for its output: its input, so that onToolCall is called', () => {
    expect(compactChunks(streamed)).toEqual([begin, available]);
    expect(compactChunks([available])).toEqual([available]);
  });

  it('with an output: no tool-input-available, so that it is not', () => {
    expect(compactChunks([...streamed, output])).toEqual([
      ...inputOnce,
      output,
    ]);
    expect(compactChunks([available, output])).toEqual([...inputOnce, output]);
  });

  it('with an error: the same, without what the delta leaves behind', async () => {
    const chunks = compactChunks([...streamed, error]);
    expect(chunks.map(({ type }) => type)).toEqual([
      'tool-input-start',
      'tool-input-delta',
      'tool-output-available',
      'tool-output-error',
    ]);
    expect(await partOf(chunks)).toEqual(await partOf([...streamed, error]));
  });

  it('with an error of a dynamic tool: nothing is left behind', () => {
    const chunks = compactChunks([{ ...available, dynamic: true }, error]);
    expect(chunks).toEqual([{ ...begin, dynamic: true }, inputOnce[1], error]);
  });

  it('with preliminary outputs: the last of them', () => {
    const early = [1, 2, 3].map((n) => ({
      ...output,
      output: n,
      preliminary: true,
    }));
    expect(compactChunks([available, ...early])).toEqual([
      ...inputOnce,
      early[2],
    ]);
    expect(compactChunks([available, ...early, output])).toEqual([
      ...inputOnce,
      output,
    ]);
  });

  it('with invalid input: the chunk that says so', () => {
    const { type: _, ...fields } = available;
    const invalid = { type: 'tool-input-error', ...fields, errorText: 'No.' };
    const chunks = [...streamed.slice(0, 3), invalid, error];
    expect(compactChunks(chunks)).toEqual([begin, invalid, error]);
    expect(compactChunks([invalid])).toEqual([invalid]);
  });

  it('all its chunks at the place of the first', () => {
    const step = { type: 'start-step' };
    const text = { type: 'text-start', id: '0' };
    expect(compactChunks([begin, text, available, step, output])).toEqual([
      ...inputOnce,
      output,
      text,
      step,
    ]);
  });

  it('two calls where a later step uses the id again', () => {
    const step = { type: 'start-step' };
    const chunks = [step, available, output, step, available];
    expect(compactChunks(chunks)).toEqual([
      step,
      ...inputOnce,
      output,
      step,
      available,
    ]);
  });

  it('a start with what start and input say of it, the later of both', () => {
    const chunks = compactChunks([
      {
        ...begin,
        title: 'Old',
        toolMetadata: { a: 1 },
        providerExecuted: true,
      },
      { ...available, title: 'New', providerMetadata: { p: { id: '1' } } },
      output,
    ]);
    expect(chunks[0]).toEqual({
      ...begin,
      title: 'New',
      toolMetadata: { a: 1 },
      providerExecuted: true,
      providerMetadata: { p: { id: '1' } },
    });
  });

  it('JSON of input that was streamed as text', async () => {
    const text = { ...begin, inputEncoding: 'text' };
    const known = { ...available, input: 'SELECT 1' };
    const chunks = [text, delta('SELECT'), known, output];
    expect(compactChunks(chunks)).toEqual([begin, delta('"SELECT 1"'), output]);
    expect(compactChunks(chunks.slice(0, 2))).toEqual(chunks.slice(0, 2));
  });

  it.each(['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{}}}'])(
    'its input as it was, where the AI SDK refuses it in deltas: %s',
    async (json) => {
      const odd: StreamChunk = { ...available, input: JSON.parse(json) };
      expect(compactChunks([begin, odd, output])).toEqual([odd, output]);
    },
  );

  it('a delta of input that only looks like what the AI SDK refuses', async () => {
    const chunks = [
      { ...available, input: { constructor: 'Ferrari', text: '"__proto__":' } },
      output,
    ];
    const compacted = compactChunks(chunks);
    expect(compacted).not.toContainEqual(
      expect.objectContaining({ type: 'tool-input-available' }),
    );
    expect(await partOf(compacted)).toEqual(await partOf(chunks));
  });

  it('what settles it, where it began before these chunks', () => {
    const early = { ...output, preliminary: true };
    expect(compactChunks([early, output])).toEqual([output]);
    expect(compactChunks([ask, answer, output])).toEqual([ask, answer, output]);
  });
});

describe('compactChunks brings a tool call', () => {
  it('back to where it waits for an approval', async () => {
    const chunks = compactChunks([...streamed, ask]);
    expect(chunks).toEqual([available, ask]);
    expect(await partOf(chunks)).toEqual(await partOf([...streamed, ask]));
  });

  it('[A20] never back to where it waits for one that was given', async () => {
    const chunks = compactChunks([...streamed, ask, answer]);
    expect(await partOf(chunks)).toMatchObject({
      input,
      // v6 knows no chunk that says what the answer was.
      ...(isV7
        ? { state: 'approval-responded', approval: { id: 'a', approved: true } }
        : { state: 'input-available', approval: { id: 'a' } }),
    });
    expect(await partOf(chunks)).not.toHaveProperty('rawInput');
  });

  it('[A17] to its output after an approval, and to its denial', async () => {
    for (const outcome of [output, error, denied]) {
      const run = [...streamed, ask, answer, outcome];
      expect(await partOf(compactChunks(run))).toEqual(await partOf(run));
    }
  });
});
