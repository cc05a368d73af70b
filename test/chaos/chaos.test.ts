import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runChaos } from './chaos-run.js';
import { chaosTable } from './chaos-table.js';
import { FAULT_KINDS, nameOf } from './fault-plan.js';
import { keepReport } from './keep-report.js';
import { socketsOf } from './measured.js';

/** Of the plan; what meets what is up to the machine. */
const seed = process.env['CHAOS_SEED'] ?? '1';

/** A process whose heap has grown by that much holds on to what it has done. */
const MAX_GROWTH_BYTES = 12_000_000;
/** Kept alive for the next request to the store. */
const MAX_SOCKETS = 40;

it(
  'three servers and their store are killed and suspended: nothing is lost, no run is without its end',
  { timeout: 600_000 },
  async () => {
    const report = await runChaos({
      seed,
      chats: 6,
      rounds: 2,
      roundMs: 13_000,
      faultEveryMs: 1_300,
      pace: { words: [10, 30], delayMs: [20, 80], thinkMs: 600 },
    });
    console.log(chaosTable(report));
    const { problems } = report;
    const kept = problems.length > 0 ? join(tmpdir(), `chaos-${seed}`) : '';
    if (kept !== '') await keepReport(report, kept);
    expect({ problems, kept }).toEqual({ problems: [], kept: '' });

    const suffered = [...report.faults.keys()];
    // Where it is to crash in something, that has to be written.
    const planned = FAULT_KINDS.filter(({ how }) => how !== 'crash');
    expect(suffered).toEqual(expect.arrayContaining(planned.map(nameOf)));
    expect(suffered.join()).toContain('dies in the append');
    expect(report.sure).toBeGreaterThan(report.counts.questions / 3);

    const heaps = report.memory.map(({ heapUsed }) => heapUsed);
    expect((heaps.at(-1) ?? 0) - (heaps[0] ?? 0)).toBeLessThan(
      MAX_GROWTH_BYTES,
    );
    for (const measured of report.memory) {
      expect(socketsOf(measured)).toBeLessThan(MAX_SOCKETS);
    }
  },
);
