import { readUIMessageStream, type UIMessage } from 'ai';
import { describe, expect, it } from 'vitest';
import {
  messageFolder,
  type RunState,
  type StreamChunk,
} from '../../../src/protocol/index.js';
import { completedPart } from '../../../src/server/session/completed-part.js';

const fold = messageFolder(readUIMessageStream);

const step = (text: string): StreamChunk[] => [
  { type: 'start-step' },
  { type: 'text-start', id: text },
  { type: 'text-delta', id: text, delta: text },
  { type: 'text-end', id: text },
];
const call: StreamChunk[] = [
  { type: 'tool-input-start', toolCallId: 'c1', toolName: 'send' },
  {
    type: 'tool-input-available',
    toolCallId: 'c1',
    toolName: 'send',
    input: {},
  },
];
const end: StreamChunk = { type: 'finish-step' };

function run(chunks: StreamChunk[], base?: UIMessage): RunState {
  return {
    value: {
      id: 'r1',
      messageId: 'a1',
      parentId: 'm1',
      agentId: 'left',
      epoch: 1,
      attempt: 1,
      status: 'interrupted',
      at: 1,
      leaseMs: 1,
    },
    begunAt: 1,
    status: 'interrupted',
    terminal: true,
    base,
    chunks: [{ type: 'start', messageId: 'a1' }, ...chunks],
    firstSeq: 0,
    replayable: true,
  };
}

const partsOf = async (chunks: StreamChunk[], base?: UIMessage) =>
  (await completedPart(run(chunks, base), fold))?.parts.map((part) =>
    'state' in part ? `${part.type} ${part.state}` : part.type,
  );

describe('what a dead instance’s run is gone on with', () => {
  it('is nothing, where no step was completed', async () => {
    expect(await partsOf(step('half'))).toBeUndefined();
  });

  it('is its completed steps, without the one that was cut off', async () => {
    const chunks = [...step('one'), end, ...step('half')];
    const message = await completedPart(run(chunks), fold);
    expect(message).toMatchObject({ id: 'a1', role: 'assistant' });
    expect(JSON.stringify(message)).toContain('one');
    expect(JSON.stringify(message)).not.toContain('half');
  });

  it('is all of it, where the last step has called a tool, which may have run', async () => {
    const parts = await partsOf([...step('one'), end, ...step('two'), ...call]);
    expect(parts).toEqual([
      'step-start',
      'text done',
      'step-start',
      'text done',
      'tool-send output-error',
    ]);
  });

  it('is all of it, where the tool has run', async () => {
    const output = {
      type: 'tool-output-available',
      toolCallId: 'c1',
      output: 3,
    };
    const parts = await partsOf([...step('one'), ...call, output]);
    expect(parts?.at(-1)).toBe('tool-send output-available');
  });

  it('is not a call whose input had not come to its end', async () => {
    const [begun] = call;
    if (begun === undefined) throw new Error('No call.');
    const parts = await partsOf([...step('one'), end, ...step('two'), begun]);
    expect(parts).toEqual(['step-start', 'text done']);
  });

  it('is what it went on with itself, a call that was approved before it settled', async () => {
    const base = {
      id: 'a1',
      role: 'assistant',
      parts: [
        { type: 'step-start' },
        {
          type: 'tool-send',
          toolCallId: 'c1',
          state: 'approval-responded',
          input: {},
          approval: { id: 'p1', approved: true },
        },
      ],
      // CAST: as the AI SDK leaves it, for a tool that it knows nothing of.
    } as unknown as UIMessage;
    expect(await partsOf([], base)).toEqual([
      'step-start',
      'tool-send output-error',
    ]);
  });
});
