/**
 * An instance whose agent works in two steps, in a process of its own, to be
 * killed: it calls a tool, which leaves a trace in a file, then it speaks. Its
 * parent says how fast.
 *
 * Started by `startListening`. Imports by path, as `chat-server-process.ts`.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { convertToModelMessages, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import {
  createDurableChat,
  type AgentContext,
} from '../../src/server/index.js';
import { scriptedModel } from '../../src/testing/index.js';
import { serve } from './serve.js';
import { authorizeByHeader } from './session-app.js';

const { STREAMS_URL = '', LEASE_MS = '', TRACE = '' } = process.env;
/** `slow`: the second step never ends. Else milliseconds before each piece. */
const { PACE = '0' } = process.env;
const delayMs = PACE === 'slow' ? 100 : Number(PACE);

const model = scriptedModel(({ prompt }) => {
  if (!prompt.some(({ role }) => role === 'tool')) {
    return [
      { type: 'text', text: 'Let me count. ', delayMs },
      { type: 'tool-call', toolName: 'count', input: { what: 'sheep' } },
    ];
  }
  return [
    { type: 'text', text: 'There are three sheep in all.', delayMs },
    { type: 'wait', ms: PACE === 'slow' ? 60_000 : 0 },
  ];
});

const countIn = ({ chatId, recorded }: AgentContext) =>
  tool({
    inputSchema: z.object({ what: z.string() }),
    execute: async ({ what }, { toolCallId }) => {
      await recorded(toolCallId);
      appendFileSync(TRACE, `${chatId}\n`);
      await sleep(delayMs);
      return { [what]: 3 };
    },
  });

const counter = {
  name: 'Counter',
  triggers: 'user-messages' as const,
  respond: async (context: AgentContext) =>
    streamText({
      model,
      tools: { count: countIn(context) },
      stopWhen: stepCountIs(5),
      messages: await convertToModelMessages(context.messages),
      abortSignal: context.abortSignal,
    }),
};

const chat = createDurableChat({
  streams: { url: STREAMS_URL },
  leaseMs: Number(LEASE_MS),
  authorize: authorizeByHeader,
  agents: { counter },
  onInterrupted: 'restart',
});
const { url } = await serve(chat.handle);
process.send?.({ kind: 'listening', url });
process.on('disconnect', () => process.exit());
