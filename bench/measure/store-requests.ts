import { durableOf, withApp, type Contender } from '../contenders/contender.js';
import { usedSince, type Store } from '../contenders/store.js';
import { durableAtMost, type Figure } from '../report/figure.js';
import type { StoreUsage } from '../servers/store-usage.js';
import { readAnswer, send } from './read-answer.js';

const PLAN = { tokens: 500, everyMs: 10 };
const TITLE = 'of 500 tokens in 5 s';

/** What one answer asks of the store, its history included. */
export async function store(
  contenders: readonly Contender[],
): Promise<readonly Figure[]> {
  const used = await Promise.all(
    contenders.map(async (contender) => {
      const usage = await oneAnswer(contender);
      return usage === undefined ? [] : [[contender.name, usage] as const];
    }),
  );
  const usages = used.flat();
  const all = (figure: (usage: StoreUsage) => number): Figure['values'] =>
    Object.fromEntries(usages.map(([name, usage]) => [name, figure(usage)]));
  return [
    {
      name: `requests to the store for an answer ${TITLE}`,
      chart: 'Requests to the store, 500 tokens in 5 s',
      unit: '',
      values: all(({ requests }) => requests),
      target: durableAtMost(130),
    },
    {
      name: `bytes to the store for an answer ${TITLE}`,
      unit: 'kB',
      values: all(({ bytesIn }) => bytesIn / 1_000),
    },
    {
      name: `bytes from the store for an answer ${TITLE}`,
      unit: 'kB',
      values: all(({ bytesOut }) => bytesOut / 1_000),
    },
    {
      name: `CPU of the store for an answer ${TITLE}`,
      unit: 'ms',
      values: all(({ cpu }) => cpu / 1_000),
    },
    ...(await calmly(contenders)),
  ];
}

/** With a flush interval of 100 ms. */
async function calmly(
  contenders: readonly Contender[],
): Promise<readonly Figure[]> {
  const durable = durableOf(contenders);
  if (durable === undefined) return [];
  await using app = await durable.startApp({ flushIntervalMs: 100 });
  const usage = await oneAnswer(withApp(durable, app));
  return [
    {
      name: `requests to the store, flushIntervalMs 100, ${TITLE}`,
      unit: '',
      values: { durable: usage?.requests ?? Number.NaN },
      target: durableAtMost(55),
    },
  ];
}

async function oneAnswer(
  contender: Contender,
): Promise<StoreUsage | undefined> {
  const { store: kept, transport, app } = contender;
  if (kept === undefined) return undefined;
  return usedBy(kept, async () => {
    await readAnswer(await send(transport, PLAN), () => undefined);
    await app.cpu();
  });
}

async function usedBy(
  kept: Store,
  work: () => Promise<void>,
): Promise<StoreUsage> {
  const before = await kept.usage();
  await work();
  return usedSince(before, await kept.usage());
}
