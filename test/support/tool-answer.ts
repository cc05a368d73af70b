import {
  convertToModelMessages,
  stepCountIs,
  streamText,
  tool,
  type ToolSet,
} from 'ai';
import type { RespondContext, StreamResult } from 'ai-durable-transport/server';
import {
  scriptedModel,
  type CallScript,
  type ScriptedModel,
} from 'ai-durable-transport/testing';
import { z } from 'zod';
import { gate, type Gate } from './gate.js';
import { sequence } from './sequence.js';

/** Which tool the answer stops at: one of the client's, or one to be approved. */
export type AskedTool = 'askUser' | 'removeFile';

/** An answer that needs the user in its middle, as an app gives it. */
export interface ToolAnswer {
  readonly respond: (context: RespondContext) => Promise<StreamResult>;
  readonly model: ScriptedModel;
  /** In the middle of the text after the tool. */
  readonly middle: Gate;
  /** Opens when the tool that was approved begins to run. */
  readonly executing: Gate;
  /** Holds that tool up. */
  readonly execution: Gate;
  /** What the approved tool was run with. */
  readonly executed: string[];
}

const inputs = {
  askUser: { question: 'Which one?' },
  removeFile: { path: '/tmp/überflüssig' },
};

export function toolAnswer(toolName: AskedTool): ToolAnswer {
  const middle = gate();
  const executing = gate();
  const execution = gate();
  const executed: string[] = [];
  const model = scriptedModel(scripts(toolName, middle));
  const tools = {
    askUser: tool({
      description: 'Ask the user',
      inputSchema: z.object({ question: z.string() }),
    }),
    removeFile: tool({
      description: 'Remove a file',
      inputSchema: z.object({ path: z.string() }),
      needsApproval: true,
      execute: async ({ path }) => {
        executed.push(path);
        executing.open();
        await execution.opened;
        return { removed: path };
      },
    }),
    // CAST: the SDK's own types do not bear `exactOptionalPropertyTypes` here.
  } as unknown as ToolSet;
  const respond: ToolAnswer['respond'] = async ({ messages, abortSignal }) =>
    streamText({
      model,
      tools,
      messages: await convertToModelMessages(messages, { tools }),
      stopWhen: stepCountIs(2),
      abortSignal,
      // Else each approval would have an id that no other run has.
      _internal: { generateId: sequence('sdk') },
    });
  return { respond, model, middle, executing, execution, executed };
}

function scripts(toolName: AskedTool, middle: Gate): CallScript[] {
  const input = inputs[toolName];
  return [
    [
      { type: 'reasoning', text: 'Better ask' },
      { type: 'text', text: 'One moment …' },
      { type: 'tool-call', toolName, input },
    ],
    [
      { type: 'text', text: 'Thank you' },
      { type: 'wait', until: middle.opened },
      { type: 'text', text: 'and 再见' },
    ],
    [{ type: 'text', text: 'That is all.' }],
  ];
}
