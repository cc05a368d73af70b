import { parseArgs } from 'node:util';
import { runChaos } from './chaos-run.js';
import { chaosTable } from './chaos-table.js';
import { keepReport } from './keep-report.js';
import { socketsOf } from './measured.js';

// `npm run chaos [-- --chats 200 --minutes 5 --rounds 5 --seed N --keep DIR]`;
// the directory gets the logs of the chats and the story of the faults.
const { values: options } = parseArgs({
  options: {
    chats: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
    keep: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});

const rounds = Number(options.rounds);
console.log(`seed ${options.seed}`);
const report = await runChaos({
  seed: options.seed,
  chats: Number(options.chats),
  rounds,
  roundMs: (Number(options.minutes) * 60_000) / rounds,
  faultEveryMs: 2_500,
  pace: { words: [10, 30], delayMs: [200, 500], thinkMs: 20_000 },
  onRound: (round, memory) => {
    const told = memory.map(
      (one) =>
        `${(one.heapUsed / 1e6).toFixed(1)} MB, ${socketsOf(one)} sockets`,
    );
    console.log(`round ${round + 1} of ${rounds}: ${told.join(' | ')}`);
  },
});
console.log(chaosTable(report));
if (options.keep !== undefined) await keepReport(report, options.keep);
for (const problem of report.problems.slice(0, 50)) {
  console.error(problem.slice(0, 2_000));
}
if (report.problems.length > 0) process.exitCode = 1;
