import {
  convertToModelMessages,
  createUIMessageStream,
  streamText,
  tool,
} from 'ai';
import type { AgentContext } from 'ai-durable-transport/server';
import { scriptedModel } from 'ai-durable-transport/testing';
import { z } from 'zod';
import { spoken, textOf } from './session-app.js';

/** An agent that does all that an answer can do, each at its word. */
export function versatileAgent() {
  return {
    name: 'Versatile',
    triggers: 'user-messages' as const,
    respond: (context: AgentContext) => {
      const asked = textOf(context.trigger.message);
      switch (asked) {
        case 'time':
          return withTool(context, 'clock');
        case 'mail':
          return withTool(context, 'mail');
        case 'fail':
          throw new Error('no luck');
        case 'count':
          return spoken(
            Array.from({ length: 1_000 }, (_, index) => String(index)),
            20,
          );
        default:
          return withData(`Heard ${asked}.`);
      }
    },
  };
}

async function withTool(
  { messages, abortSignal }: AgentContext,
  toolName: 'clock' | 'mail',
) {
  const tools = {
    clock: tool({ inputSchema: z.object({}), outputSchema: z.string() }),
    mail: tool({
      inputSchema: z.object({}),
      needsApproval: true,
      execute: () => 'on its way',
    }),
  };
  const model = scriptedModel(({ prompt }) =>
    prompt.at(-1)?.role === 'tool'
      ? [{ type: 'text', text: `The ${toolName} is done.` }]
      : [{ type: 'tool-call', toolName, input: {} }],
  );
  const prompt = await convertToModelMessages(messages, { tools });
  return streamText({ model, tools, messages: prompt, abortSignal });
}

function withData(delta: string): ReadableStream<object> {
  return createUIMessageStream({
    execute({ writer }) {
      writer.write({ type: 'data-note', data: 'thinking', transient: true });
      writer.write({ type: 'data-progress', id: 'p', data: 50 });
      writer.write({ type: 'data-progress', id: 'p', data: 100 });
      writer.write({ type: 'text-start', id: 't' });
      writer.write({ type: 'text-delta', id: 't', delta });
      writer.write({ type: 'text-end', id: 't' });
    },
  });
}
