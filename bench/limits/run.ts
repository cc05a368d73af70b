import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { replaceMeasured } from '../report/replace-measured.js';
import { bodyFloods, slowSenders } from './bad-senders.js';
import { idleReaders } from './idle-readers.js';
import { isPassed, limitTable, type Limit } from './limit.js';
import { unreadAnswers, unreadReplays } from './unread-readers.js';

// `npm run limits [-- --quick] [--only idleReaders,bodyFloods]`: what hostile and
// idle clients cost a server process. A whole run leaves its figures in docs/.
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});

const PAGE = new URL('../../docs/security.md', import.meta.url);
const measurements: readonly [
  measure: (count: number) => Promise<readonly Limit[]>,
  count: number,
  quick: number,
][] = [
  [idleReaders, 10_000, 500],
  [unreadAnswers, 50, 10],
  [unreadReplays, 500, 50],
  [slowSenders, 1_000, 50],
  [bodyFloods, 500, 50],
];

const limits: Limit[] = [];
for (const [measure, count, quick] of measurements) {
  if (options.only?.split(',').includes(measure.name) === false) continue;
  console.error(`${measure.name} …`);
  limits.push(...(await measure(options.quick ? quick : count)));
}
const table = limitTable(limits);
console.log(table);
for (const limit of limits.filter(isPassed)) {
  console.log(`Limit passed: ${limit.load}: ${limit.what}`);
  process.exitCode = 1;
}
if (!options.quick && options.only === undefined) {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${cpus().length} cores, Node ${process.version}`;
  await replaceMeasured(PAGE, [`Measured on ${date}: ${machine}.`, table]);
  await promisify(execFile)('oxfmt', [fileURLToPath(PAGE)]);
}
