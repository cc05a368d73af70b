import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { amount } from '../report/amount.js';
import { replaceMeasured } from '../report/replace-measured.js';
import type { CrowdFigures } from './audiences.js';
import type { Growth } from './growth.js';

const PAGE = new URL('../../docs/session-costs.md', import.meta.url);

export interface SessionFigures {
  readonly one: CrowdFigures;
  readonly many: CrowdFigures;
  readonly client: Growth;
  readonly server: Growth;
}

export async function keepSessions(figures: SessionFigures): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  await replaceMeasured(PAGE, [
    `Measured on ${date}: ${cpus().length} cores, Node ${process.version}.`,
    crowdTable(figures),
    growthTable(figures),
  ]);
  await promisify(execFile)('oxfmt', [fileURLToPath(PAGE)]);
}

function crowdTable({ one, many }: SessionFigures): string {
  const row = (
    name: string,
    unit: string,
    figure: (crowd: CrowdFigures) => number,
  ): string[] => [
    name,
    ...[one, many].map((crowd) => amount(figure(crowd), unit)),
  ];
  return table([
    ['', '1 session, 500 followers', '500 sessions, 2 followers each'],
    row('added to a token, median', 'ms', (crowd) => crowd.median),
    row('added to a token, p99', 'ms', (crowd) => crowd.p99),
    row('server CPU for a token and follower', 'µs', (crowd) => crowd.cpu),
    row('requests to the store a second', '', (crowd) => crowd.requests),
    row('connections to the store', '', (crowd) => crowd.connections),
  ]);
}

function growthTable({ client, server }: SessionFigures): string {
  const row = (name: string, { at1000, at20000 }: Growth): string[] => [
    name,
    amount(at1000, 'µs'),
    amount(at20000, 'µs'),
    (at20000 / at1000).toFixed(2),
  ];
  return table([
    ['CPU for a chunk', 'after 1,000 chunks', 'after 20,000 chunks', 'ratio'],
    row('the page', client),
    row('the server', server),
  ]);
}

function table([head = [], ...rows]: readonly string[][]): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
