import { sequence } from '../support/sequence.js';
import type { History } from './history.js';
import type { MemoryStreams } from './memory-streams.js';
import { MemoryWorld } from './memory-world.js';
import { play } from './play.js';
import { complaints } from './verdict.js';
import { inVirtualTime, within } from './virtual-time.js';
import type { World } from './world.js';

/** Whoever is not at his end by then waits for ever. */
const LIMIT_MS = 400_000;

const nextChat = sequence('history');

/** What was done to histories, by its kind. */
export type FaultCounts = Map<string, number>;

/** Throws what is wrong, in words. */
export function expectNothing(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** Plays a history in memory. What is wrong about it. */
export function judgeInMemory(
  streams: MemoryStreams,
  history: History,
  counts: FaultCounts,
): Promise<string[]> {
  return inVirtualTime('always', async () => {
    await using world = new MemoryWorld(streams, history);
    const wrong = await judge(world, history, (work) => within(LIMIT_MS, work));
    countFaults(history, world, counts);
    return wrong;
  });
}

/** `drive`: lets time go by until it is done; `undefined` if it never is. */
export async function judge(
  world: World,
  history: History,
  drive: <T>(work: Promise<T>) => Promise<T | undefined>,
): Promise<string[]> {
  const outcome = await drive(play(world, history, nextChat()));
  if (outcome === undefined) return ['somebody waits for ever'];
  const wrong = await complaints(history, outcome);
  return [...wrong, ...(await world.leftovers())];
}

export function countFaults(
  { happenings }: History,
  { faults }: World,
  counts: FaultCounts,
): void {
  const add = (kind: string, count: number): void =>
    void counts.set(kind, (counts.get(kind) ?? 0) + count);
  for (const [kind, count] of faults) add(kind, count);
  for (const { happening } of happenings) {
    const { what } = happening;
    const isBreak = what === 'break';
    add(isBreak ? `${happening.at} breaks: ${happening.how}` : what, 1);
  }
}
