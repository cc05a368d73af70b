import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdNews } from '../servers/crowd-setting.js';
import type { Limit } from './limit.js';
import { postRequest } from './requests.js';
import { openStage, type Stage } from './stage.js';

/** The rest of a refused body is read for 15 s, then given up. */
const GIVEN_UP_MS = 18_000;

/** Those that send a byte a second. */
export async function slowSenders(senders: number): Promise<readonly Limit[]> {
  await using stage = await openStage();
  const before = await stage.memory();
  const crowd = await stage.crowd({
    clients: senders,
    atOnce: senders,
    request: postRequest('{"id":"slow",', 100_000),
    drip: ' ',
    reads: true,
  });
  await crowd.ask('meet');
  // CAST: the answer of `client-crowd.ts`.
  const look = async () => (await crowd.ask('news')) as CrowdNews;
  const refused = (await look()).statuses['408'] ?? 0;
  const during = await stage.memory();
  await sleep(GIVEN_UP_MS);
  const { closed } = await look();
  const load = `${senders.toLocaleString('en')} senders of a byte a second`;
  const memory = ((during.peakRss - before.peakRss) / senders) * 1_000;
  return [
    {
      what: 'answered other than 408',
      value: senders - refused,
      atMost: 0,
    },
    { what: 'still connected 18 s later', value: senders - closed },
    {
      what: 'memory for one of them (RSS)',
      value: memory,
      unit: 'kB',
      atMost: 128,
    },
    await honestly(stage),
  ].map((limit) => ({ load, unit: '', ...limit }));
}

const MB = 1_048_576;

type Filling = readonly (readonly [text: string, times: number])[];

const floods: Readonly<Record<string, readonly [status: string, Filling]>> = {
  'bodies of 2 MB': ['413', [['x', 2 * MB]]],
  'bodies nested 500,000 deep': [
    '400',
    [
      ['[', 500_000],
      [']', 500_000],
    ],
  ],
  'bodies of 340,000 objects': [
    '400',
    [
      ['[', 1],
      ['{},', 340_000],
      ['{}]', 1],
    ],
  ],
};

/** Many large requests that are of no use, as fast as they go. */
export async function bodyFloods(requests: number): Promise<readonly Limit[]> {
  const limits: Limit[] = [];
  for (const [name, flood] of Object.entries(floods)) {
    limits.push(...(await playFlood(name, flood, requests)));
  }
  return limits;
}

async function playFlood(
  name: string,
  [status, filling]: readonly [status: string, Filling],
  clients: number,
): Promise<readonly Limit[]> {
  await using stage = await openStage();
  const length = filling.reduce(
    (sum, [text, times]) => sum + text.length * times,
    0,
  );
  const crowd = await stage.crowd({
    clients,
    atOnce: 50,
    request: postRequest('', length),
    filling,
    reads: true,
  });
  await stage.memory();
  await crowd.ask('meet');
  const { peakRss } = await stage.memory();
  // CAST: the answer of `client-crowd.ts`.
  const { statuses } = (await crowd.ask('news')) as CrowdNews;
  const load = `${clients} ${name}, 50 at once`;
  const others = clients - (statuses[status] ?? 0);
  return [
    { what: `answered other than ${status}`, value: others, atMost: 0 },
    {
      what: 'peak memory of the process (RSS)',
      value: peakRss,
      unit: 'MB',
      atMost: 768,
    },
    await honestly(stage),
  ].map((limit) => ({ load, unit: '', ...limit }));
}

async function honestly(stage: Stage): Promise<Omit<Limit, 'load' | 'unit'>> {
  const failed = (await stage.honest()) === 200 ? 0 : 1;
  return { what: 'honest requests that fail then', value: failed, atMost: 0 };
}
