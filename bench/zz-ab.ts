import { BenchProcess } from './bench-process.js';
import { DefaultChatTransport } from 'ai';
import { readAnswer, send } from './read-answer.js';
import { sharedClock } from './shared-clock.js';
import { median, percentile } from './statistics.js';
import { setTimeout as sleep } from 'node:timers/promises';
const [mode='crowd', roundsText='4', ...variants] = process.argv.slice(2);
const rounds = Number(roundsText);
const streams = await BenchProcess.start('./streams-server.ts');
const base = '/work/main/node_modules/.cache/bench-';
const cons: any[] = [];
for (const v of ['plain', ...variants]) {
  if (v !== 'plain') process.env.BENCH_DIST = base + v;
  const app = await BenchProcess.start('./app-server.ts', v === 'plain' ? {} : { args: [streams.url] });
  let transport: any;
  if (v === 'plain') transport = new DefaultChatTransport({ api: app.url + '/api/chat' });
  else transport = new (await import(`${base}${v}/index.js`)).DurableTransport({ api: app.url + '/api/chat' });
  cons.push({ name: v, app, transport, cpu: [], med: [], p99: [], rate: [], req: [], scpu: [] });
}
async function round(c: any, chats: number, tokens: number, everyMs: number) {
  const delays: number[] = [];
  const before = await c.app.cpu(), r0 = await streams.requests(), s0 = await streams.cpu();
  const begin = sharedClock(); let last = begin;
  let chunks = 0;
  await Promise.all(Array.from({ length: chats }, async (_, i) => {
    await sleep(i * 10);
    const got = await readAnswer(await send(c.transport, { tokens, everyMs }), (t) => { last = sharedClock(); delays.push(last - Number(t)); }); chunks += got;
  }));
  return { cpu: ((await c.app.cpu()) - before) / chunks, med: median(delays), p99: percentile(delays, 0.99), rate: tokens / (last - begin) * 1000, req: ((await streams.requests()) - r0) / chats, scpu: ((await streams.cpu()) - s0) / chunks };
}
const kinds: any = { crowd: [50, 200, 10], some: [10, 200, 10], alone: [1, 300, 10], fast: [1, 5000, 0], short: [1, 5, 0] };
const [chats, tokens, every] = kinds[mode];
for (const c of cons) { for (let i = 0; i < 3; i++) await round(c, 1, 3000, 0); await round(c, Math.min(chats, 20), Math.min(tokens, 50), every); }
for (let r = 0; r < rounds; r++) for (const c of r % 2 ? cons.toReversed() : cons) { const x: any = await round(c, chats, tokens, every); for (const k of Object.keys(x)) c[k].push(x[k]); }
for (const c of cons) console.log(c.name.padEnd(8), ['cpu', 'med', 'p99', 'rate', 'req', 'scpu'].map((k) => `${k} ${median(c[k]).toFixed(2)} (min ${Math.min(...c[k]).toFixed(2)})`).join('  '));
process.exit(0);
