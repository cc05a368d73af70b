import type { UIMessage } from 'ai';
import fc from 'fast-check';
import type { StreamChunk } from '../../src/protocol/stream-chunk.js';
import { type Call, type Move, type Script } from './answer-script.js';
import { overTheWire } from './fold-message.js';
import { partMoves } from './part-moves.js';
import { toolMoves } from './tool-moves.js';
import { wildMoves } from './wild-moves.js';

const tame = { ...partMoves, ...toolMoves };
const wild = { ...tame, ...wildMoves };

/** How often a move is tried; the others are the rare ones. */
const weights: Readonly<Record<string, number>> = {
  'text-start': 3,
  'text-delta': 8,
  'text-end': 3,
  'reasoning-delta': 6,
  'reasoning-end': 2,
  'tool-start': 6,
  'tool-delta': 8,
  'tool-input': 8,
  'tool-request': 4,
  'tool-response': 5,
  'tool-preliminary': 3,
  'tool-output': 4,
  'tool-error': 3,
  data: 4,
  'start-step': 2,
};

const arbitraryMove = (actions: readonly string[]): fc.Arbitrary<Move> =>
  fc.record({
    action: fc.oneof(
      ...actions.map((action) => ({
        weight: weights[action] ?? 1,
        arbitrary: fc.constant(action),
      })),
    ),
    pick: fc.nat(839),
    value: fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.record({ city: fc.string(), days: fc.nat() }),
    ),
    metadata: fc.option(
      fc.record({ openai: fc.record({ itemId: fc.string() }) }),
      { nil: undefined, freq: 3 },
    ),
    flag: fc.option(fc.boolean(), { nil: undefined, freq: 2 }),
  });

const stateOfPart = new Map<unknown, Call['state']>([
  ['input-streaming', 'streaming'],
  ['input-available', 'known'],
  ['approval-requested', 'asked'],
  ['approval-responded', 'answered'],
]);

/** A run that goes on from this message. */
function newScript(base: UIMessage | undefined): Script {
  const calls: Call[] = [];
  let step = 0;
  for (const part of base?.parts ?? []) {
    if (part.type === 'step-start') step += 1;
    if (!('toolCallId' in part)) continue;
    calls.push({
      id: part.toolCallId,
      step,
      dynamic: part.type === 'dynamic-tool',
      state: stateOfPart.get(part.state) ?? 'settled',
      rest: part.state === 'input-streaming' ? ' "more": 1}' : undefined,
      input: part.input ?? null,
      approvalId: part.approval?.id,
    });
  }
  // No approval has the id of one that the base knows.
  const approvals = base === undefined ? 0 : 1_000;
  return { chunks: [], open: new Set(), calls, step, approvals };
}

/** The chunks of a run that does these things, as they come off the wire. */
function play(
  moves: readonly Move[],
  actions: Readonly<Record<string, (typeof tame)[string]>>,
  base?: UIMessage,
): StreamChunk[] {
  const script = newScript(base);
  const messageMetadata = moves.length % 2 === 0 ? { by: 'model' } : undefined;
  const messageId = base?.id ?? 'answer';
  script.chunks.push({ type: 'start', messageId, messageMetadata });
  for (const move of moves) {
    const chunk = actions[move.action]?.(script, move);
    if (chunk !== undefined) script.chunks.push(chunk);
  }
  return overTheWire(script.chunks);
}

/** Long ones in two of three cases: left alone, fast-check likes short ones. */
function arbitraryMoves(
  actions: Readonly<Record<string, unknown>>,
  maxLength: number,
): fc.Arbitrary<Move[]> {
  const move = arbitraryMove(Object.keys(actions));
  const minLength = Math.ceil(maxLength / 2);
  return fc.oneof(
    { weight: 1, arbitrary: fc.array(move, { maxLength }) },
    { weight: 2, arbitrary: fc.array(move, { minLength, maxLength }) },
  );
}

/** The chunks of a run such as the AI SDK sends it; it may end anywhere. */
export const arbitraryAnswer = (maxLength = 100): fc.Arbitrary<StreamChunk[]> =>
  arbitraryMoves(tame, maxLength).map((moves) => play(moves, tame));

/** A run that also does what no AI SDK does, but what it folds all the same. */
export const arbitraryWildAnswer = (
  maxLength = 100,
): fc.Arbitrary<StreamChunk[]> =>
  arbitraryMoves(wild, maxLength).map((moves) => play(moves, wild));

/** A run that goes on from any message. */
export const arbitraryContinuation = (
  maxLength = 40,
): fc.Arbitrary<(base: UIMessage) => StreamChunk[]> =>
  arbitraryMoves(tame, maxLength).map(
    (moves) => (base: UIMessage) => play(moves, tame, base),
  );
