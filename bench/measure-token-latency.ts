import { setTimeout as sleep } from 'node:timers/promises';
import { compare, type Comparison } from './comparison.js';
import { interleave, type Contender, type Contenders } from './contender.js';
import { readAnswer, send } from './read-answer.js';
import { sharedClock } from './shared-clock.js';
import { median, percentile } from './statistics.js';

export interface TokenLatency {
  /** Milliseconds from a token's being said to its being read. */
  readonly median: Comparison;
  readonly p99: Comparison;
  /** Microseconds of the app's CPU for one chunk. */
  readonly cpu: Comparison;
}

/** Chats begin one after the other: a crowd, not a stampede. */
const BETWEEN_CHATS_MS = 10;

export interface LatencyOptions {
  readonly chats: number;
  readonly tokens: number;
  readonly rounds: number;
}

/** What a token costs on its way, when each chat says one every 10 ms. */
export async function measureTokenLatency(
  contenders: Contenders,
  { chats, tokens, rounds }: LatencyOptions,
): Promise<TokenLatency> {
  const measured = await interleave(contenders, rounds, (contender) =>
    playRound(contender, { chats, tokens }),
  );
  return {
    median: compare(measured, ({ delays }) => median(delays)),
    p99: compare(measured, ({ delays }) => percentile(delays, 0.99)),
    cpu: compare(measured, ({ cpu }) => cpu),
  };
}

interface Round {
  readonly delays: readonly number[];
  readonly cpu: number;
}

async function playRound(
  { transport, app }: Contender,
  { chats, tokens }: Pick<LatencyOptions, 'chats' | 'tokens'>,
): Promise<Round> {
  const delays: number[] = [];
  const before = await app.cpu();
  const play = async (chat: number): Promise<number> => {
    await sleep(chat * BETWEEN_CHATS_MS);
    const answer = await send(transport, { tokens, everyMs: 10 });
    return readAnswer(answer, (saidAt) => {
      delays.push(sharedClock() - Number(saidAt));
    });
  };
  const chunks = await Promise.all(
    Array.from({ length: chats }, (_, chat) => play(chat)),
  );
  const total = chunks.reduce((sum, count) => sum + count, 0);
  return { delays, cpu: ((await app.cpu()) - before) / total };
}
