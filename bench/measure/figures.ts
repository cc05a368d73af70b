import type { Contender } from '../contenders/contender.js';
import type { Figure } from '../report/figure.js';
import { firstToken } from './first-token.js';
import type { Effort, Measurement } from './measurement.js';
import { playCrowd } from './play-crowd.js';
import { store } from './store-requests.js';
import { fullSpeed, hotPath } from './throughput.js';
import { alone, crowd, crowd500 } from './token-latency.js';

/** By the names that `--only` takes, in the order of the table. */
const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  firstToken,
  alone,
  crowd,
  crowd500,
  fullSpeed,
  hotPath,
  store,
};

export interface FiguresOptions {
  readonly effort: Effort;
  /** Some of the measurements, by their names; all without. */
  readonly only: readonly string[];
}

export async function measureFigures(
  contenders: readonly Contender[],
  { effort, only }: FiguresOptions,
): Promise<readonly Figure[]> {
  const names = only.length === 0 ? Object.keys(MEASUREMENTS) : only;
  const figures: Figure[] = [];
  await warmUp(contenders);
  for (const name of names) {
    const measurement = MEASUREMENTS[name];
    if (measurement === undefined) {
      const known = Object.keys(MEASUREMENTS).join(', ');
      throw new Error(`There is no ${name}. The measurements are: ${known}.`);
    }
    const begin = performance.now();
    figures.push(...(await measurement(contenders, effort)));
    const seconds = (performance.now() - begin) / 1_000;
    console.error(`${name}: ${seconds.toFixed(0)} s`);
  }
  return figures;
}

/** Long enough for the compilers of all processes. */
async function warmUp(contenders: readonly Contender[]): Promise<void> {
  await fullSpeed(contenders, { fastRounds: 3 });
  await hotPath(contenders, { fastRounds: 2 });
  await firstToken(contenders, { sends: 20 });
  const few = { chats: 20, tokens: 30, everyMs: 10, apartMs: 10 };
  for (const contender of contenders) await playCrowd(contender, few);
}
