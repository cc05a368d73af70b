import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../contenders/contender.js';
import { usedSince } from '../contenders/store.js';
import { sharedClock } from '../servers/shared-clock.js';
import type { StoreUsage } from '../servers/store-usage.js';
import { readAnswer, send } from './read-answer.js';

export interface Crowd {
  readonly chats: number;
  /** That each chat says, one every `everyMs`. */
  readonly tokens: number;
  readonly everyMs: number;
  /** Chats begin one after the other: a crowd, not a stampede. */
  readonly apartMs: number;
}

/** Or nothing from an app that fell behind for good. */
export type CrowdRound = Crowded | undefined;

interface Crowded {
  /**
   * Milliseconds from a token's being said to its being read, of those that
   * were said while all chats were talking.
   */
  readonly delays: readonly number[];
  /** Microseconds of the app's CPU for one chunk, whole answers together. */
  readonly cpu: number;
  readonly store: StoreUsage | undefined;
  readonly seconds: number;
}

export async function playCrowd(
  contender: Contender,
  crowd: Crowd,
): Promise<CrowdRound> {
  const limit = AbortSignal.timeout(limitMs(crowd));
  try {
    const played = await playUntil(limit, { contender, crowd });
    return limit.aborted ? undefined : played;
  } catch (error) {
    if (limit.aborted) return undefined;
    throw error;
  }
}

async function playUntil(
  limit: AbortSignal,
  { contender, crowd }: { contender: Contender; crowd: Crowd },
): Promise<Crowded> {
  const { transport, app, store } = contender;
  const cpu = await app.cpu();
  const usage = await store?.usage();
  const begin = sharedClock();
  const delays: number[] = [];
  const window = windowOf(crowd, begin);
  const play = async (chat: number): Promise<number> => {
    await sleep(beginOf(chat, crowd));
    const answer = await send(transport, crowd, { abortSignal: limit });
    return readAnswer(answer, (delta) => {
      const saidAt = Number(delta);
      if (saidAt < window.from || saidAt > window.to) return;
      delays.push(sharedClock() - saidAt);
    });
  };
  const chunks = await Promise.all(
    Array.from({ length: crowd.chats }, (_, chat) => play(chat)),
  );
  const total = chunks.reduce((sum, count) => sum + count, 0);
  const used = (await app.cpu()) - cpu;
  const usageAfter = await store?.usage();
  return {
    delays,
    cpu: used / total,
    store: usage && usageAfter && usedSince(usage, usageAfter),
    seconds: (sharedClock() - begin) / 1_000,
  };
}

/** Three times what it takes, and then some for the store. */
function limitMs({ chats, tokens, everyMs, apartMs }: Crowd): number {
  return 3 * (chats * apartMs + tokens * everyMs) + 10_000;
}

/** From when the last has begun until the first is ready. */
function windowOf(
  { chats, tokens, everyMs, apartMs }: Crowd,
  begin: number,
): { from: number; to: number } {
  const from = begin + chats * apartMs + everyMs;
  const to = begin + tokens * everyMs;
  return chats === 1
    ? { from: begin, to: Number.POSITIVE_INFINITY }
    : { from, to };
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Spread over a token's time, so that not all chats speak at once. */
function beginOf(chat: number, { everyMs, apartMs }: Crowd): number {
  const turn = Math.floor((chat * apartMs) / everyMs);
  return (turn + ((chat * GOLDEN) % 1)) * everyMs;
}
