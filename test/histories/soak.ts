import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryHistory } from './history.js';
import { expectNothing, judgeInMemory, type FaultCounts } from './judge.js';
import { memoryStreams } from './memory-streams.js';
import { playOverHttp } from './play-over-http.js';

/** Of one seed. A failure is reported with it, and the next seed's turn comes. */
const HISTORIES_A_SEED = 100;
const HTTP_HISTORIES_A_SEED = 24;

const { SOAK_MINUTES = '60', SEED = '1' } = process.env;
const minutes = Number(SOAK_MINUTES);

describe('a soak', () => {
  it(
    `of ${minutes} minutes finds nothing`,
    async () => {
      const streams = await memoryStreams();
      const counts: FaultCounts = new Map();
      const failures: string[] = [];
      const histories = { inMemory: 0, overHttp: 0 };
      const property = fc.asyncProperty(arbitraryHistory, async (history) => {
        expectNothing(await judgeInMemory(streams, history, counts));
      });
      // One after the other: time is virtual in memory, and real over HTTP.
      const half = Date.now() + minutes * 30_000;
      const end = half + minutes * 30_000;
      const addFailure = (report: string): void => {
        failures.push(report);
        console.log(report);
      };
      let seed = Number(SEED);
      for (; Date.now() < half; seed += 1) {
        const details = await fc.check(property, {
          seed,
          numRuns: HISTORIES_A_SEED,
          includeErrorInReport: true,
        });
        histories.inMemory += details.numRuns;
        const report = await fc.asyncDefaultReportMessage(details);
        if (report !== undefined) addFailure(report);
      }
      for (; Date.now() < end; seed += 1) {
        const count = HTTP_HISTORIES_A_SEED;
        const played = await playOverHttp({ seed, count, counts });
        histories.overHttp += count;
        played.forEach(addFailure);
      }
      const found = { histories, failures: failures.length };
      console.log({ minutes, seed: SEED, ...found });
      console.log(Object.fromEntries(counts));
      await streams.stop();
      expect(failures).toEqual([]);
    },
    minutes * 60_000 + 600_000,
  );
});
