/**
 * An instance whose agent works in two steps, in a process of its own, to be
 * killed: it calls a tool, which leaves a trace in a file, then it speaks. It
 * tells its parent what it was asked, and of the second step when that begins.
 * The parent says where that is slow: there it never comes to its end.
 *
 * Started by `startListening`. Imports by path, as `chat-server-process.ts`.
 */
import { appendFileSync } from 'node:fs';
import { convertToModelMessages, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import {
  createDurableChat,
  type AgentContext,
} from '../../src/server/index.js';
import { scriptedModel } from '../../src/testing/index.js';
import { serve } from './serve.js';
import { authorizeByHeader } from './session-app.js';

const {
  STREAMS_URL = '',
  LEASE_MS = '',
  TRACE = '',
  IS_SLOW = '',
} = process.env;

const model = scriptedModel(({ prompt }) => {
  const roles = prompt.map(({ role }) => role);
  if (!roles.includes('tool')) {
    return [
      { type: 'text', text: 'Let me count. ' },
      { type: 'tool-call', toolName: 'count', input: { what: 'sheep' } },
    ];
  }
  const text = 'There are three sheep in all.';
  return IS_SLOW === ''
    ? [{ type: 'text', text }]
    : [
        { type: 'text', text, delayMs: 100 },
        { type: 'wait', ms: 60_000 },
      ];
});

const count = tool({
  inputSchema: z.object({ what: z.string() }),
  execute: ({ what }) => {
    appendFileSync(TRACE, `${what}\n`);
    return { [what]: 3 };
  },
});

const counter = {
  name: 'Counter',
  triggers: 'user-messages' as const,
  respond: async ({ messages, abortSignal }: AgentContext) =>
    streamText({
      model,
      tools: { count },
      stopWhen: stepCountIs(5),
      messages: await convertToModelMessages(messages),
      abortSignal,
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
