import type { UIMessage } from 'ai';
import { describe, expect, it } from 'vitest';
import type { ChunkValue, StreamChunk } from '../../src/protocol/index.js';
import { SessionEvents } from '../../src/session/session-events.js';

const LIVE = true;
const SNAPSHOT = false;

const chunksOf = (
  messageId: string,
  ...chunks: readonly StreamChunk[]
): ChunkValue => ({
  runId: `run-${messageId}`,
  messageId,
  actorId: 'agent',
  role: 'assistant',
  seq: 0,
  chunks: [...chunks],
});

const progress = (data: number) => ({ type: 'data-progress', id: 'p', data });
const note = { type: 'data-note', data: 'thinking', transient: true };
const place = { type: 'data-place', data: 'no id' };

describe('data parts', () => {
  function listening() {
    const told: unknown[] = [];
    const events = new SessionEvents({
      onData: ({ data }) => void told.push(data),
    });
    const bring = (isLive: boolean, ...chunks: readonly StreamChunk[]) => {
      events.onChunks(chunksOf('m', ...chunks), isLive);
      events.tell([]);
      return told.splice(0);
    };
    return bring;
  }

  it('are told as they come, each once, though a snapshot brings them again', () => {
    const bring = listening();
    const first = [note, progress(50), place];
    expect(bring(LIVE, ...first)).toEqual(['thinking', 50, 'no id']);
    const all = [...first, note, progress(75), progress(100), place];
    expect(bring(SNAPSHOT, ...all)).toEqual([75, 100, 'no id']);
    expect(bring(SNAPSHOT, ...all)).toEqual([]);
    expect(bring(LIVE, note)).toEqual(['thinking']);
  });

  it('of an answer that was begun before are told, unless they are transient', () => {
    const bring = listening();
    const earlier = [note, progress(50), place, progress(100)];
    expect(bring(SNAPSHOT, ...earlier)).toEqual([50, 'no id', 100]);
  });
});

describe('tool calls', () => {
  const call = {
    type: 'tool-input-available',
    toolCallId: 'call-0',
    toolName: 'clock',
    input: {},
  };
  const messageIn = (state: string): UIMessage => ({
    id: 'm1',
    role: 'assistant',
    // CAST: all that is looked at.
    parts: [
      { type: 'tool-clock', toolCallId: 'call-0', state },
    ] as unknown as UIMessage['parts'],
  });

  function listening() {
    const told: string[] = [];
    const events = new SessionEvents({
      onToolCall: ({ toolCall }) => void told.push(toolCall.toolName),
    });
    return { told, events };
  }

  it('are told once, also where another answer names its call alike', () => {
    const { told, events } = listening();
    for (const id of ['m1', 'm1', 'm2']) {
      events.onChunks(chunksOf(id, call), LIVE);
      events.tell([]);
    }
    expect(told).toEqual(['clock', 'clock']);
  });

  it.each([
    ['input-available', ['clock']],
    ['output-available', []],
  ])(
    'of a snapshot are told where their state is %s: %j',
    (state, expected) => {
      const { told, events } = listening();
      events.onChunks(chunksOf('m1', call), SNAPSHOT);
      events.tell([messageIn(state)]);
      expect(told).toEqual(expected);
    },
  );
});
