import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdNews } from '../servers/crowd-setting.js';
import type { Limit } from './limit.js';
import { ask, resumeRequest } from './requests.js';
import { openStage } from './stage.js';

const TOKEN_MS = 6_000;
/** What a process has once, whoever comes, is not the readers'. */
const WARM_UP = 200;
const CHAT = 'popular';
const PLAN = { tokens: 400, everyMs: TOKEN_MS, source: 'chunks' } as const;

/** Readers of one chat in which little is said. */
export async function idleReaders(readers: number): Promise<readonly Limit[]> {
  await using stage = await openStage();
  const answer = await ask(stage.url, CHAT, PLAN);
  const setting = { atOnce: 250, request: resumeRequest(CHAT), reads: true };
  const first = await stage.crowd({ ...setting, clients: WARM_UP });
  await first.ask('meet');
  await first[Symbol.asyncDispose]();
  await sleep(TOKEN_MS);
  const before = await stage.memory();
  const crowd = await stage.crowd({ ...setting, clients: readers });
  await crowd.ask('meet');
  await sleep(3 * TOKEN_MS);
  const store = await stage.store();
  const during = await stage.memory();
  // CAST: the answer of `client-crowd.ts`.
  const news = (await crowd.ask('news')) as CrowdNews;
  await crowd[Symbol.asyncDispose]();
  await answer.stop();
  await sleep(TOKEN_MS);
  const after = await stage.memory();
  const all = news.tokens.filter(({ count }) => count === readers);
  const load = `${readers.toLocaleString('en')} idle readers of one chat`;
  const happy = (news.statuses['200'] ?? 0) - news.closed;
  return [
    { what: 'refused or cut', value: readers - happy, atMost: 0 },
    {
      what: 'requests to the store under way',
      value: store.requests,
      atMost: 2,
    },
    { what: 'sockets to the store', value: store.sockets, atMost: 10 },
    {
      what: 'memory of the process for a reader (RSS)',
      value: ((during.peakRss - before.peakRss) / readers) * 1_000,
      unit: 'kB',
      atMost: 100,
    },
    {
      what: 'of it heap that is alive',
      value: ((during.heap - before.heap) / readers) * 1_000,
      unit: 'kB',
      atMost: 32,
    },
    {
      what: 'until a token has reached all, at worst',
      value: Math.max(...all.map(({ lateMs }) => lateMs)),
      unit: 'ms',
    },
    {
      what: 'heap that stays when all have gone',
      value: Math.max(0, after.heap - before.heap),
      unit: 'MB',
      atMost: 20,
    },
  ].map((limit) => ({ load, unit: '', ...limit }));
}
