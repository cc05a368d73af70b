import type { Contenders } from './contender.js';
import { measureFirstToken } from './measure-first-token.js';
import { measureResume } from './measure-resume.js';
import { measureStoreRequests } from './measure-store-requests.js';
import { measureThroughput } from './measure-throughput.js';
import { measureTokenLatency } from './measure-token-latency.js';

/** How often each measurement is made. */
export interface Effort {
  readonly sends: number;
  readonly aloneRounds: number;
  readonly crowdRounds: number;
  readonly fastRounds: number;
  readonly resumes: number;
}

export const FULL: Effort = {
  sends: 120,
  aloneRounds: 5,
  crowdRounds: 5,
  fastRounds: 21,
  resumes: 7,
};

export const QUICK: Effort = {
  sends: 40,
  aloneRounds: 1,
  crowdRounds: 2,
  fastRounds: 5,
  resumes: 3,
};

export interface Target {
  /** Of durable to plain; of the durable figure where there is no plain one. */
  readonly kind: 'at-most' | 'at-least';
  readonly value: number;
}

/** A row of the table. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly plain?: number;
  readonly durable: number;
  readonly ratio?: number;
  readonly target?: Target;
}

const atMost = (value: number): Target => ({ kind: 'at-most', value });
const atLeast = (value: number): Target => ({ kind: 'at-least', value });

export interface FiguresOptions {
  readonly effort: Effort;
  /** One of the measurements, by its name; all without. */
  readonly only?: string | undefined;
}

export async function measureFigures(
  contenders: Contenders,
  { effort, only }: FiguresOptions,
): Promise<readonly Figure[]> {
  await warmUp(contenders);
  const figures: Figure[] = [];
  for (const measurement of [firstToken, alone, crowd, fullSpeed, store]) {
    if (only !== undefined && only !== measurement.name) continue;
    figures.push(...(await measurement(contenders, effort)));
  }
  return figures;
}

/** Long enough for the compilers of all four processes. */
async function warmUp(contenders: Contenders): Promise<void> {
  await measureThroughput(contenders, { tokens: 2_000, rounds: 3 });
  await measureFirstToken(contenders, 20);
  const crowd = { chats: 20, tokens: 30, rounds: 1 };
  await measureTokenLatency(contenders, crowd);
}

async function firstToken(
  contenders: Contenders,
  { sends }: Effort,
): Promise<Figure[]> {
  const times = await measureFirstToken(contenders, sends);
  const name = 'time to the first token, median';
  return [{ name, unit: 'ms', ...times, target: atMost(1.15) }];
}

async function alone(
  contenders: Contenders,
  { aloneRounds: rounds }: Effort,
): Promise<Figure[]> {
  const setting = { chats: 1, tokens: 200, rounds };
  const { median, p99 } = await measureTokenLatency(contenders, setting);
  return [
    {
      name: 'added to a token, median',
      unit: 'ms',
      ...median,
      target: atMost(1.15),
    },
    { name: 'added to a token, p99', unit: 'ms', ...p99 },
  ];
}

async function crowd(
  contenders: Contenders,
  { crowdRounds: rounds }: Effort,
): Promise<Figure[]> {
  const setting = { chats: 50, tokens: 200, rounds };
  const { median, p99, cpu } = await measureTokenLatency(contenders, setting);
  return [
    { name: '50 chats at once: median', unit: 'ms', ...median },
    { name: '50 chats at once: p99', unit: 'ms', ...p99, target: atMost(3) },
    { name: '50 chats at once: server CPU a chunk', unit: 'µs', ...cpu },
  ];
}

async function fullSpeed(
  contenders: Contenders,
  { fastRounds: rounds }: Effort,
): Promise<Figure[]> {
  const setting = { tokens: 3_000, rounds };
  const { chunksPerSecond, cpu } = await measureThroughput(contenders, setting);
  return [
    {
      name: 'chunks a second',
      unit: '/s',
      ...chunksPerSecond,
      target: atLeast(1),
    },
    { name: 'server CPU a chunk', unit: 'µs', ...cpu },
  ];
}

async function store(
  contenders: Contenders,
  { resumes }: Effort,
): Promise<Figure[]> {
  return [
    {
      name: 'requests to the store, 500 tokens in 5 s',
      unit: '',
      durable: await measureStoreRequests(contenders),
      target: atMost(130),
    },
    {
      name: 'resume of 1,500 chunks, until caught up',
      unit: 'ms',
      durable: await measureResume(contenders, resumes),
    },
  ];
}
