/**
 * An app server of the chaos, in a process of its own. It answers what is asked
 * (question.ts), and tells its parent of its memory.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  convertToModelMessages,
  streamText,
  tool,
  type ModelMessage,
} from 'ai';
import { z } from 'zod';
import { allowAnyone, createDurableChat } from '../../src/server/index.js';
import { scriptedModel, type CallScript } from '../../src/testing/index.js';
import { serve } from '../support/serve.js';
import type { Measured } from './measured.js';
import { settings } from './settings.js';
import { answerWords, parseQuestion } from './question.js';

/** Of the client: it has no `execute`. */
const askBack = tool({
  description: 'Asks the user',
  inputSchema: z.object({}),
  outputSchema: z.string(),
});

function scriptFor(messages: readonly ModelMessage[]): CallScript {
  const content = messages.findLast(({ role }) => role === 'user')?.content;
  const part = typeof content === 'string' ? content : content?.[0];
  const text = typeof part === 'object' && part.type === 'text' && part.text;
  const question = parseQuestion(text || '');
  const { delayMs } = question;
  if (question.asksBack && messages.at(-1)?.role !== 'tool') {
    const toolCallId = crypto.randomUUID();
    return [
      {
        type: 'tool-call',
        toolName: 'askBack',
        input: {},
        toolCallId,
        delayMs,
      },
    ];
  }
  return [{ type: 'text', text: answerWords(question), delayMs }];
}

const background = new Set<Promise<unknown>>();
const errors: Record<string, number> = {};

const { STREAMS_URL = '', LEASE_MS, TRACE } = await settings();

/** What this process has been through, for who looks into a lost answer. */
function trace(file: string, what: object): void {
  const line = { at: Date.now(), pid: process.pid, ...what };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

const chat = createDurableChat({
  streams: { url: STREAMS_URL },
  leaseMs: Number(LEASE_MS),
  heartbeatMs: 1_000,
  authorize: allowAnyone(),
  waitUntil(work) {
    background.add(work);
    void work.finally(() => background.delete(work));
  },
  onError: (error, { source, ...where }) => {
    errors[source] = (errors[source] ?? 0) + 1;
    if (TRACE)
      trace(TRACE, { type: 'error', source, ...where, error: String(error) });
  },
  ...(TRACE && { onEvent: (event) => trace(TRACE, event) }),
  respond: async ({ messages, abortSignal }) => {
    const prompt = await convertToModelMessages(messages);
    return streamText({
      model: scriptedModel(scriptFor(prompt)),
      messages: prompt,
      tools: { askBack },
      abortSignal,
    });
  },
});

async function measure(): Promise<Measured> {
  while (background.size > 0) await Promise.all(background);
  for (let times = 0; times < 4; times += 1) {
    await sleep(50);
    globalThis.gc?.();
  }
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    resources[kind] = (resources[kind] ?? 0) + 1;
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { heapUsed, rss, resources, errors };
}

process.on('message', () => {
  void measure().then((measured) =>
    process.send?.({ kind: 'measured', measured }),
  );
});
const { url } = await serve(chat.handle);
process.send?.({ kind: 'listening', url });
