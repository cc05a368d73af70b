import type { ChaosReport } from './chaos-run.js';
import { socketsOf, type Measured } from './measured.js';

/** What a run came to, as tables of Markdown. */
export function chaosTable(report: ChaosReport): string {
  const { faults, counts, runs, ends, memory } = report;
  const seconds = report.elapsedMs / 1_000;
  const endings = Object.entries(ends).map(([end, count]) => `${count} ${end}`);
  return [
    table(
      'fault',
      [...faults].toSorted(([one], [other]) => one.localeCompare(other)),
    ),
    table('work', [
      ['seconds', seconds.toFixed(0)],
      ['requests through the proxy', report.requests],
      ['requests a second', (report.requests / seconds).toFixed(0)],
      ...Object.entries(counts),
      ['runs in the logs', runs],
      ['of them', endings.join(', ')],
    ]),
    table('found', [
      [
        'lost, zombies, runs without one end, pages unlike load, hangs',
        report.problems.length,
      ],
      [
        'answers shown to their end that had to be whole in the log',
        report.sure,
      ],
      [
        'answers shown to their end that no other page had seen, and whose server was lost, or whose stop was, before they were stored',
        report.unstored,
      ],
      [
        'records that a dying streams server let in twice: readers drop them',
        report.repeats,
      ],
      [
        'records let in behind a seal that a streams server died in: readers drop them',
        report.torn,
      ],
      [
        'second ends, of runs that were sealed as they ended: the first counts',
        report.races,
      ],
    ]),
    table(
      'the app server that was never ended',
      memory.map((one, round) => [`after round ${round + 1}`, told(one)]),
    ),
  ].join('\n\n');
}

function told(measured: Measured): string {
  const heap = (measured.heapUsed / 1e6).toFixed(1);
  const rss = (measured.rss / 1e6).toFixed(0);
  return `heap ${heap} MB, resident ${rss} MB, ${socketsOf(measured)} sockets`;
}

function table(
  title: string,
  rows: readonly (readonly [string, string | number])[],
): string {
  const lines = rows.map(([name, value]) => `| ${name} | ${value} |`);
  return [`| ${title} | |`, '| --- | ---: |', ...lines].join('\n');
}
