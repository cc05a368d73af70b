import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChaos } from './chaos-run.js';
import { chaosTable } from './chaos-table.js';
import type { Journal } from './journal.js';
import { keepReport } from './keep-report.js';
import { socketsOf } from './measured.js';
import type { FaultLog } from './play-faults.js';

// `npm run chaos [-- --chats 200 --minutes 5 --rounds 5 --seed N --keep DIR]`;
// the directory gets the logs of the chats, the story of the faults, and what
// the app servers said of themselves.
const { values: options } = parseArgs({
  options: {
    chats: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
    keep: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});

const PROGRESS_EVERY_MS = 10_000;

/** What has been done so far, and what was found since it was last told. */
function tellProgress(journal: Journal, log: FaultLog): void {
  let told = 0;
  setInterval(() => {
    const { questions } = journal.counts;
    const read = journal.counts['answers that were read to their end'];
    console.log(
      `${Math.round(performance.now() / 1_000)} s: ${questions} questions, ${read} answers read, ${log.story.length} events, ${journal.problems.length} problems`,
    );
    for (; told < journal.problems.length; told += 1) {
      console.error(journal.problems[told]?.slice(0, 500));
    }
  }, PROGRESS_EVERY_MS).unref();
}

const rounds = Number(options.rounds);
const chats = Number(options.chats);
console.log(`seed ${options.seed}`);
const { keep } = options;
if (keep !== undefined) await mkdir(keep, { recursive: true });
const report = await runChaos({
  seed: options.seed,
  trace: keep && join(keep, 'trace.jsonl'),
  chats,
  rounds,
  roundMs: (Number(options.minutes) * 60_000) / rounds,
  faultEveryMs: 4_000,
  // The more users, the longer each of them thinks: two cores hold so many
  // answers at once, three servers and their store, which is one process.
  pace: { words: [8, 20], delayMs: [500, 1_500], thinkMs: 300 * chats },
  watch: tellProgress,
  onRound: (round, memory) => {
    const told = memory.map(
      (one) =>
        `${(one.heapUsed / 1e6).toFixed(1)} MB, ${socketsOf(one)} sockets`,
    );
    console.log(`round ${round + 1} of ${rounds}: ${told.join(' | ')}`);
  },
});
console.log(chaosTable(report));
if (keep !== undefined) await keepReport(report, keep);
for (const problem of report.problems.slice(0, 50)) {
  console.error(problem.slice(0, 2_000));
}
if (report.problems.length > 0) process.exitCode = 1;
