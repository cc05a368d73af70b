import type { Contender } from '../contenders/contender.js';
import type { Figure } from '../report/figure.js';
import { audience } from './audience.js';
import { bundle } from './bundle.js';
import { firstToken } from './first-token.js';
import { follower } from './follower.js';
import type { Effort, Measurement } from './measurement.js';
import { memory } from './memory.js';
import { opening } from './opening.js';
import { playCrowd } from './play-crowd.js';
import { resumeFigures } from './resume.js';
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
  memory,
  resume: resumeFigures,
  follower,
  audience,
  opening,
  bundle,
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
  await warmUp(contenders, effort);
  for (const name of names) {
    const measurement = MEASUREMENTS[name];
    if (measurement === undefined) {
      const known = Object.keys(MEASUREMENTS).join(', ');
      throw new Error(`There is no ${name}. The measurements are: ${known}.`);
    }
    const begin = performance.now();
    try {
      figures.push(...(await measurement(contenders, effort)));
    } catch (error) {
      // The others are worth having all the same; but nothing is kept.
      console.error(`${name} failed:`, error);
      process.exitCode = 1;
    }
    const seconds = (performance.now() - begin) / 1_000;
    console.error(`${name}: ${seconds.toFixed(0)} s`);
  }
  return figures;
}

/** Long enough for the compilers of all processes. */
async function warmUp(
  contenders: readonly Contender[],
  { warmUps }: Effort,
): Promise<void> {
  if (warmUps === 0) return;
  await fullSpeed(contenders, { fastRounds: warmUps });
  await hotPath(contenders, { fastRounds: warmUps });
  await firstToken(contenders, { sends: 20 });
  const few = { chats: 20, tokens: 30, everyMs: 10, apartMs: 10 };
  for (const contender of contenders) await playCrowd(contender, few);
}
