import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { amount } from '../report/amount.js';
import { lineChart, type LinePanel } from '../report/line-chart.js';
import { replaceMeasured } from '../report/replace-measured.js';
import { TOKENS, type Cost } from './deeds.js';

const PAGE = new URL('../../docs/long-chats.md', import.meta.url);
const CHART = new URL('../../docs/long-chats.svg', import.meta.url);

/** What was measured in a chat of so many turns. */
export interface LongFigures {
  readonly turns: number;
  /** Of the messages as JSON, before what is done here. */
  readonly messageBytes: number;
  /** Of the log: all tokens ever. */
  readonly logBytes: number;
  readonly open: Cost;
  readonly resume: Cost;
  readonly send: Cost;
  readonly after: Cost;
}

type Deed = 'open' | 'resume' | 'send' | 'after';

const DEEDS: Readonly<Record<Deed, string>> = {
  open: 'open',
  resume: 'resume',
  send: 'send',
  after: 'write history',
};

/** A run's own appends are as many as its time allows, in any chat. */
const counted = ({ requests }: Cost): Cost['requests'] =>
  requests.filter(({ name }) => name !== 'POST log');
const kilobytes = (cost: Cost): number =>
  counted(cost).reduce((sum, one) => sum + one.sent + one.received, 0) / 1_000;

export async function keepLongChats(
  figures: readonly LongFigures[],
): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const across = { name: 'turns', values: figures.map(({ turns }) => turns) };
  const label = 'Requests, bytes and time against the turns of a chat';
  await writeFile(CHART, lineChart(panelsOf(figures), across, label));
  await replaceMeasured(PAGE, [
    `Measured on ${date}: ${cpus().length} cores, Node ${process.version}; ${TOKENS} tokens a turn.`,
    `![${label}](long-chats.svg)`,
    table(figures),
  ]);
  await promisify(execFile)('oxfmt', [fileURLToPath(PAGE)]);
}

function panelsOf(figures: readonly LongFigures[]): LinePanel[] {
  const lines = (
    deeds: readonly Deed[],
    figure: (cost: Cost) => number,
  ): LinePanel['lines'] =>
    deeds.map((deed) => ({
      name: DEEDS[deed],
      values: figures.map((one) => figure(one[deed])),
    }));
  const all = ['open', 'resume', 'send', 'after'] as const;
  const other = (name: string, values: readonly number[]) => ({
    name,
    values,
    isOther: true,
  });
  const messages = figures.map(({ messageBytes }) => messageBytes / 1_000);
  const log = figures.map(({ logBytes }) => logBytes / 1_000);
  return [
    {
      title: 'Requests to the store',
      unit: '',
      isLinear: true,
      lines: lines(all, (cost) => counted(cost).length),
    },
    {
      title: 'Bytes to and from the store',
      unit: 'kB',
      lines: [
        other('all tokens', log),
        other('messages', messages),
        ...lines(all, kilobytes),
      ],
    },
    {
      title: 'Bytes to the page',
      unit: 'kB',
      lines: [
        other('messages', messages),
        ...lines(['open', 'resume'], ({ pageBytes }) => pageBytes / 1_000),
      ],
    },
    { title: 'Time', unit: 'ms', lines: lines(all, ({ ms }) => ms) },
  ];
}

function table(figures: readonly LongFigures[]): string {
  const head = [
    '',
    ...figures.map(({ turns }) => `${amount(turns, '')} turns`),
  ];
  const row = (
    name: string,
    unit: string,
    figure: (one: LongFigures) => number,
  ): string[] => [name, ...figures.map((one) => amount(figure(one), unit))];
  const rows = [
    row('the messages', 'kB', (one) => one.messageBytes / 1_000),
    row('the log: all tokens', 'kB', (one) => one.logBytes / 1_000),
    ...(['open', 'resume', 'send', 'after'] as const).flatMap((deed) => [
      row(
        `${DEEDS[deed]}: requests to the store`,
        '',
        (one) => counted(one[deed]).length,
      ),
      row(`${DEEDS[deed]}: bytes to and from the store`, 'kB', (one) =>
        kilobytes(one[deed]),
      ),
      row(`${DEEDS[deed]}: time`, 'ms', (one) => one[deed].ms),
    ]),
    row('open: bytes to the page', 'kB', (one) => one.open.pageBytes / 1_000),
    row(
      'resume: bytes to the page',
      'kB',
      (one) => one.resume.pageBytes / 1_000,
    ),
  ];
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
