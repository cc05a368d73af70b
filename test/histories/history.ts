import type { Fault } from 'ai-durable-transport/testing';
import fc from 'fast-check';
import type { StreamChunk } from '../../src/protocol/index.js';
import { arbitraryAnswer } from '../protocol/arbitrary-answer.js';
import {
  arbitraryClientFault,
  arbitraryStoreFault,
} from './arbitrary-fault.js';
import type { Break } from './wire.js';

/** What happens at some time, beside the answer. */
export type Happening =
  /** An app server dies, and another one stands in its place at once. */
  | { readonly what: 'kill'; readonly instance: 0 | 1 }
  /** The streams server is away for a while; on files it restarts. */
  | { readonly what: 'streams-restart'; readonly ms: number }
  /** Whatever comes from there breaks off. */
  | {
      readonly what: 'break';
      readonly at: 'app' | 'streams';
      readonly how: Break;
    }
  /** The page that posted is loaded again. */
  | { readonly what: 'reload' }
  /** Another page is loaded. */
  | { readonly what: 'tab' }
  /** A page stops the answer. */
  | { readonly what: 'stop' };

export interface Timed {
  readonly afterMs: number;
  readonly happening: Happening;
}

/** How an answer comes to its end, left alone. */
export type Ending = 'finish' | 'error' | 'throw' | 'abort';

/** All that decides what comes to pass, but for what takes its own time. */
export interface History {
  readonly chunks: readonly StreamChunk[];
  readonly ending: Ending;
  /** Before each chunk, over and over. */
  readonly pausesMs: readonly number[];
  /** What each request to an app server meets, in their order. */
  readonly clientFaults: readonly Fault[];
  /** What each request to the streams server meets, in their order. */
  readonly storeFaults: readonly Fault[];
  /** Which app server gets a request, over and over. */
  readonly instances: readonly (0 | 1)[];
  readonly happenings: readonly Timed[];
  /** Bodies come in pieces no larger than this. */
  readonly pieceBytes: number;
  readonly durability: 'best-effort' | 'required';
}

/** Also characters of two, three and four bytes, and one of several of them. */
const WORDS = [' word', ' größer', ' 再见', ' 👋', ' 👩‍👩‍👧', 'é'];

function inWords(chunks: readonly StreamChunk[]): StreamChunk[] {
  return chunks.map((chunk, index) => {
    const isWord = chunk['delta'] === ' word';
    return isWord ? { ...chunk, delta: WORDS[index % WORDS.length] } : chunk;
  });
}

/** More than anything else here has. */
export const INLINE_LIMIT_BYTES = 4_000;

/** Of a file that is stored beside the log. */
export const LARGE_CONTENT = 'large '.repeat(1_000);
export const LARGE_URL = `data:text/plain;base64,${btoa(LARGE_CONTENT)}`;

/** Every other file is a large one. */
function withLargeFiles(chunks: readonly StreamChunk[]): StreamChunk[] {
  return chunks.map((chunk, index) =>
    chunk.type === 'file' && index % 2 === 0
      ? { ...chunk, url: LARGE_URL }
      : chunk,
  );
}

const chunks = fc
  .tuple(arbitraryAnswer(24), fc.boolean())
  .map(([answer, namesMessage]) => {
    const made = withLargeFiles(inWords(answer));
    const [start, ...rest] = made;
    if (namesMessage || start === undefined) return made;
    const { messageId: _, ...nameless } = start;
    return [nameless, ...rest];
  });

const ending = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Ending>('finish') },
  fc.constant<Ending>('error'),
  fc.constant<Ending>('throw'),
  fc.constant<Ending>('abort'),
);

const how = fc.constantFrom<Break>('cut', 'end', 'stall');
const side = fc.constantFrom('app' as const, 'streams' as const);
const instance = fc.constantFrom<0 | 1>(0, 1);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('tab') }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('reload') }) },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('break'), at: side, how }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('streams-restart'),
      ms: fc.integer({ min: 1, max: 4_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('stop') }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('kill'), instance }) },
);

const timed: fc.Arbitrary<Timed> = fc.record({
  // Most of them while the answer is written, some long after.
  afterMs: fc.oneof(
    { weight: 6, arbitrary: fc.nat(1_500) },
    { weight: 1, arbitrary: fc.nat(30_000) },
  ),
  happening,
});

/** A history of anything that can befall an answer and those who read it. */
export const arbitraryHistory: fc.Arbitrary<History> = fc.record({
  chunks,
  ending,
  pausesMs: fc.array(fc.oneof(fc.constant(0), fc.nat(20), fc.nat(300)), {
    minLength: 1,
    maxLength: 6,
  }),
  clientFaults: fc.array(arbitraryClientFault, { maxLength: 8 }),
  storeFaults: fc.array(arbitraryStoreFault, { maxLength: 10 }),
  instances: fc.array(instance, { minLength: 1, maxLength: 8 }),
  happenings: fc.array(timed, { maxLength: 6 }),
  pieceBytes: fc.oneof(
    { weight: 4, arbitrary: fc.constant(65_536) },
    { weight: 1, arbitrary: fc.integer({ min: 3, max: 64 }) },
  ),
  durability: fc.constantFrom('best-effort', 'best-effort', 'required'),
});
