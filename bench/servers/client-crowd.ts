import { connect } from 'node:net';
import { numbered } from '../limits/requests.js';
import { answerQuestions } from './answer-questions.js';
import type { Crowd, CrowdNews } from './crowd-setting.js';
import { sharedClock } from './shared-clock.js';

// The process of many clients: bare sockets, so that there is room for them.
const TOKEN = /"delta":"([\d.]+) "/g;
const STATUS = /^HTTP\/1\.1 (\d+)/;
const DRIP_MS = 1_000;

// CAST: only our own measurements start this process.
const crowd = JSON.parse(process.argv[2] ?? '') as Crowd;
const { hostname, port } = new URL(crowd.url);
const filling = (crowd.filling ?? [])
  .map(([text, times]) => text.repeat(times))
  .join('');

let connected = 0;
let closed = 0;
const statuses: Record<string, number> = {};
const tokens = new Map<string, { count: number; lateMs: number }>();

function countTokens(text: string): void {
  const now = sharedClock();
  for (const [, said = ''] of text.matchAll(TOKEN)) {
    const known = tokens.get(said) ?? { count: 0, lateMs: 0 };
    known.count += 1;
    known.lateMs = Math.max(known.lateMs, now - Number(said));
    tokens.set(said, known);
  }
}

/** Resolves when the first piece of the answer is there, or none will come. */
function meet(number: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname).setEncoding('latin1');
    let drip: ReturnType<typeof setInterval> | undefined;
    socket.once('connect', () => {
      connected += 1;
      const name = numbered(number);
      socket.write(crowd.request.replaceAll('#', name) + filling);
      if (crowd.drip === undefined) return;
      drip = setInterval(() => socket.write(crowd.drip ?? ''), DRIP_MS);
    });
    socket.once('data', (text: string) => {
      const status = STATUS.exec(text)?.[1] ?? 'none';
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (crowd.reads) socket.on('data', countTokens);
      else socket.pause();
      resolve();
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      closed += 1;
      clearInterval(drip);
      resolve();
    });
  });
}

async function meetAll(): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let number = next++; number < crowd.clients; number = next++) {
      await meet(number);
    }
  };
  await Promise.all(Array.from({ length: crowd.atOnce }, lane));
}

function news(): CrowdNews {
  return { connected, closed, statuses, tokens: [...tokens.values()] };
}

answerQuestions('', { meet: meetAll, news });
