import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arbitraryHistory } from './history.js';
import { expectNothing, judgeInMemory, type FaultCounts } from './judge.js';
import { memoryStreams, type MemoryStreams } from './memory-streams.js';

/** `SEED` and `HISTORY_PATH`, as a failure prints them, play it again. */
const { SEED = '20260101', HISTORIES = '1000', HISTORY_PATH } = process.env;
const path = HISTORY_PATH === undefined ? {} : { path: HISTORY_PATH };

let streams: MemoryStreams;

beforeAll(async () => {
  streams = await memoryStreams();
});
afterAll(() => streams.stop());

describe('random histories', () => {
  it(`end the same for every reader, ${HISTORIES} of them (SEED=${SEED})`, async () => {
    const counts: FaultCounts = new Map();
    const details = await fc.check(
      fc.asyncProperty(arbitraryHistory, async (history) => {
        expectNothing(await judgeInMemory(streams, history, counts));
      }),
      {
        seed: Number(SEED),
        numRuns: Number(HISTORIES),
        ...path,
        includeErrorInReport: true,
      },
    );
    // Seed, path, the shrunk history and what is wrong about it.
    expect(await fc.asyncDefaultReportMessage(details)).toBeUndefined();
    console.log(`${HISTORIES} histories, with`, Object.fromEntries(counts));
  }, 600_000);
});
