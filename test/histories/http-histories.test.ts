import { describe, expect, it } from 'vitest';
import type { FaultCounts } from './judge.js';
import { playOverHttp } from './play-over-http.js';

/** `SEED` for others than those of always, `HTTP_HISTORIES` for more of them. */
const { SEED = '20260101', HTTP_HISTORIES = '24' } = process.env;

describe('random histories on real sockets, with streams in files', () => {
  it(`end the same for every reader, ${HTTP_HISTORIES} of them (SEED=${SEED})`, async () => {
    const counts: FaultCounts = new Map();
    const [seed, count] = [Number(SEED), Number(HTTP_HISTORIES)];
    const failures = await playOverHttp({ seed, count, counts });
    console.log(
      `${count} histories over HTTP, with`,
      Object.fromEntries(counts),
    );
    expect(failures).toEqual([]);
  }, 300_000);
});
