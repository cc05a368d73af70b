import { convertToModelMessages, streamText, tool } from 'ai';
import type { AgentContext } from 'ai-durable-transport/server';
import { scriptedModel, type TestStreams } from 'ai-durable-transport/testing';
import { z } from 'zod';
import type { ChatAppOptions } from './chat-app.js';
import { authorizeByHeader } from './session-app.js';
import { startInstances, type Instances } from './start-instances.js';

/**
 * An agent whose model calls a tool first, and then says that it is done; with
 * what else the app is to have.
 */
export function startAsking(
  streams: TestStreams,
  sent: string[],
  { agents, ...more }: Partial<ChatAppOptions> = {},
): Promise<Instances> {
  return startInstances(() => {
    const model = scriptedModel(({ prompt }) =>
      prompt.some(({ role }) => role === 'tool')
        ? [{ type: 'text', text: 'All done.' }]
        : [{ type: 'tool-call', toolName: 'send', input: { to: 'Ada' } }],
    );
    const tools = {
      send: tool({
        inputSchema: z.object({ to: z.string() }),
        needsApproval: true,
        execute: ({ to }) => {
          sent.push(to);
          return `sent to ${to}`;
        },
      }),
    };
    const respond = async ({ messages, abortSignal }: AgentContext) =>
      streamText({
        model,
        tools,
        messages: await convertToModelMessages(messages, { tools }),
        abortSignal,
      });
    const mailer = {
      name: 'Mailer',
      triggers: 'user-messages',
      respond,
    } as const;
    return {
      streams,
      authorize: authorizeByHeader,
      agents: { mailer, ...agents },
      ...more,
    };
  });
}
