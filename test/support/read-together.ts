import { setTimeout as sleep } from 'node:timers/promises';
import { DurableTransport } from 'ai-durable-transport';
import {
  cuttingProxy,
  scriptedModel,
  startStreams,
} from 'ai-durable-transport/testing';
import { gate } from './gate.js';
import { startNginx } from './nginx.js';
import { postMessage } from './post-message.js';
import { startInstances } from './start-instances.js';
import { streamedText } from './streamed-text.js';

/** What it took that so many read one answer by way of the caching proxy. */
export interface ReadTogether {
  readonly answer: string;
  /** What each of them read. */
  readonly texts: readonly string[];
  /** Of the answer to the streams server. */
  readonly appends: number;
  /** Of the proxy to the streams server. */
  readonly polls: number;
  /** Of the readers' server to the streams server. */
  readonly asked: number;
  /** Answers of the readers' server that were under way amid the answer. */
  readonly underWay: number;
}

const WORDS = Array.from({ length: 30 }, (_, index) => `${index} `);

export async function readTogether(readers: number): Promise<ReadTogether> {
  await using streams = await startStreams();
  await using origin = await cuttingProxy({ target: streams.url });
  await using nginx = await startNginx(origin.url);
  await using store = await cuttingProxy({ target: streams.url });
  const middle = gate();
  const model = scriptedModel([
    { type: 'text', text: 'Ready? ' },
    { type: 'wait', until: middle.opened },
    // Longer than the flush interval: each is an append.
    { type: 'text', text: WORDS, delayMs: 60 },
  ]);
  const directReads = { signUrl: nginx.sign };
  const all = await startInstances((index) => ({
    streams: index === 0 ? streams : store,
    model,
    directReads,
  }));
  await using _ = all;
  await using server = await cuttingProxy({ target: all.other.url });
  const posted = await postMessage(all.one.api, { id: 'popular' });
  await begun(() => all.one.chat.load('popular'));
  const opened = await Promise.all(
    Array.from({ length: readers }, () =>
      new DurableTransport({ api: `${server.url}/api/chat` }).reconnectToStream(
        { chatId: 'popular' },
      ),
    ),
  );
  const underWay = server.breakAll();
  middle.open();
  const texts = await Promise.all(opened.map(streamedText));
  await posted.text();
  return {
    answer: `Ready? ${WORDS.join('')}`,
    texts,
    appends: streams.count({ method: 'POST', url: '/log' }),
    polls: origin.requests.length,
    asked: store.requests.length,
    underWay,
  };
}

/** Resolves when a run stands in the log. */
async function begun(
  load: () => Promise<{ readonly activeRunId: string | null }>,
): Promise<void> {
  while ((await load()).activeRunId === null) await sleep(10);
}
