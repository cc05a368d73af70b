import { expect, it } from 'vitest';
import { decodeCursor, type RunState } from '../../src/protocol/index.js';
import { restFrames, wholeReplay } from '../../src/log/replay-frames.js';

function runOf(chunks: number): RunState {
  const value = {
    id: 'r',
    messageId: 'a',
    parentId: null,
    agentId: 'assistant',
    epoch: 1,
    attempt: 1,
    status: 'active',
    at: 0,
    leaseMs: 15_000,
  } as const;
  const run: RunState = {
    value,
    status: 'active',
    terminal: false,
    base: undefined,
    chunks: [{ type: 'start' }, { type: 'text-start', id: 't' }],
    firstSeq: 0,
    begunAt: 0,
    replayable: true,
  };
  say(run, chunks);
  return run;
}

function say(run: RunState, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const delta = `${run.chunks.length} `;
    run.chunks.push({ type: 'text-delta', id: 't', delta });
  }
}

const deltasOf = (frames: string): string =>
  [...frames.matchAll(/"delta":"([^"]*)"/g)].map(([, delta]) => delta).join('');

it('is one text for readers that come soon after one another', () => {
  const run = runOf(80);
  const first = wholeReplay(run, '1');
  say(run, 5);
  expect(wholeReplay(run, '2')).toBe(first);
  say(run, 20);
  const next = wholeReplay(run, '3');
  expect(next).not.toBe(first);
  expect(next.delivered).toBe(run.chunks.length);
});

it('is followed by exactly what came since it was made', () => {
  const run = runOf(80);
  const fresh = deltasOf(wholeReplay(runOf(85), '2').frames);
  wholeReplay(run, '1');
  say(run, 5);
  const { frames, delivered, offset } = wholeReplay(run, '2');
  const place = { position: delivered, from: offset, to: '2' };
  expect(deltasOf(frames + restFrames(run, place))).toBe(fresh);
  const [cursor] = [...frames.matchAll(/^id: (.*)$/gm)].map(
    ([, id = '']) => id,
  );
  expect(decodeCursor(cursor ?? '')).toEqual({
    runId: 'r',
    delivered: 82,
    offset: '1',
  });
});
