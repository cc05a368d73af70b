import { expect, it } from 'vitest';
import { runChaos } from './chaos-run.js';
import { FAULT_KINDS, nameOf } from './fault-plan.js';
import { socketsOf } from './measured.js';

/** A new one each time; give it again to have the same plan. */
const seed = process.env['CHAOS_SEED'] ?? String(Date.now() % 100_000);

/** A process whose heap has grown by that much holds on to what it has done. */
const MAX_GROWTH_BYTES = 12_000_000;
/** Kept alive for the next request to the store. */
const MAX_SOCKETS = 40;

it(
  `three servers and their store are killed and suspended: nothing is lost, no run is without its end (CHAOS_SEED=${seed})`,
  { timeout: 600_000 },
  async () => {
    const report = await runChaos({
      seed,
      chats: 8,
      rounds: 2,
      roundMs: 16_000,
      faultEveryMs: 1_500,
      pace: { words: [10, 30], delayMs: [20, 80], thinkMs: 1_000 },
    });
    const { problems } = report;
    const story = problems.length > 0 ? report.story : [];
    expect({ problems, story }).toEqual({ problems: [], story: [] });
    for (const kind of FAULT_KINDS) {
      const name = nameOf(kind);
      // Where it is to crash in something, that has to be written.
      if (kind.how === 'crash') continue;
      expect([...report.faults.keys()]).toContain(name);
    }
    const crashes = [...report.faults.keys()].filter((name) =>
      name.includes('dies in'),
    );
    expect(crashes.length).toBeGreaterThan(0);
    expect(report.counts.questions).toBeGreaterThan(8);
    const [first, last] = [report.memory[0], report.memory.at(-1)];
    const growth = (last?.heapUsed ?? Infinity) - (first?.heapUsed ?? 0);
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
    for (const measured of report.memory) {
      expect(socketsOf(measured)).toBeLessThan(MAX_SOCKETS);
    }
  },
);
