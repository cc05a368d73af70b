import { setTimeout as sleep } from 'node:timers/promises';
import { withApp, type Contender } from '../contenders/contender.js';
import type { Figure } from '../report/figure.js';
import type { Memory } from '../servers/memory-watch.js';
import { playCrowd, type Crowd } from './play-crowd.js';
import { BIG_CROWD, CROWD } from './token-latency.js';

const WARM_UP: Crowd = { chats: 20, tokens: 50, everyMs: 10, apartMs: 10 };

/** Of a new process, which has seen nothing else. Once: it hardly varies. */
export async function memory(
  contenders: readonly Contender[],
): Promise<readonly Figure[]> {
  const held = new Map<string, readonly Held[]>();
  for (const contender of contenders) {
    await using app = await contender.startApp({ watchMemory: true });
    const fresh = withApp(contender, app);
    await playCrowd(fresh, WARM_UP);
    const few = await holdOf(fresh, CROWD);
    held.set(contender.name, [few, await holdOf(fresh, BIG_CROWD)]);
  }
  const values = (figure: (held: readonly Held[]) => number | undefined) =>
    Object.fromEntries([...held].map(([name, all]) => [name, figure(all)]));
  return [CROWD.chats, BIG_CROWD.chats].flatMap((chats, index) => [
    {
      name: `${chats} chats: peak memory of the server (RSS)`,
      ...(index === 1 && { chart: `Peak memory, ${chats} chats` }),
      unit: 'MB',
      values: values((all) => all[index]?.peakRss),
    },
    {
      name: `${chats} chats: heap of the server that is alive`,
      unit: 'MB',
      values: values((all) => all[index]?.heap),
    },
  ]);
}

/** Megabytes. */
interface Held {
  readonly peakRss: number;
  readonly heap: number;
}

async function holdOf(contender: Contender, crowd: Crowd): Promise<Held> {
  const { app } = contender;
  // CAST: the answer of `app-server.ts`.
  const look = async () => (await app.ask('memory')) as Memory;
  await look();
  const playing = playCrowd(contender, crowd);
  await sleep(crowd.chats * crowd.apartMs + 3 * crowd.everyMs);
  const early = await look();
  await playing;
  const late = await look();
  const peakRss = Math.max(early.peakRss, late.peakRss);
  return { peakRss: peakRss / 1e6, heap: early.heap / 1e6 };
}
