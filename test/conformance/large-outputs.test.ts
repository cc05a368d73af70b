import {
  convertToModelMessages,
  stepCountIs,
  streamText,
  tool,
  type ToolSet,
} from 'ai';
import { isBlobReference } from 'ai-durable-transport';
import {
  scriptedModel,
  startStreams,
  type ModelAction,
  type ModelCall,
  type ScriptedModel,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Traveller } from '../support/journey.js';
import { inWays, loaded, storedSize } from '../support/large-chat.js';
import { openScene, type SceneOptions } from '../support/scene.js';
import { sequence } from '../support/sequence.js';
import { toolPartOf } from '../support/tool-part.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('large');

describe('a tool with an output of 300 kB', () => {
  const found = {
    hits: Array.from({ length: 3_000 }, (_, rank) => ({
      rank,
      title: `Hit ${rank} – übermäßig 🌊 ${'x'.repeat(60)}`,
    })),
  };

  const tools = {
    search: tool({
      description: 'Search',
      inputSchema: z.object({}),
      execute: () => found,
    }),
    askUser: tool({ description: 'Ask', inputSchema: z.object({}) }),
    // CAST: the SDK's own types do not bear `exactOptionalPropertyTypes` here.
  } as unknown as ToolSet;

  const respondWith =
    (model: ScriptedModel): NonNullable<SceneOptions['respond']> =>
    async ({ messages, abortSignal }) =>
      streamText({
        model,
        tools,
        messages: await convertToModelMessages(messages, { tools }),
        stopWhen: stepCountIs(2),
        abortSignal,
      });

  const call = (toolName: string): ModelAction[] => [
    { type: 'tool-call', toolName, input: {} },
  ];
  const says: ModelAction[] = [{ type: 'text', text: 'There you are.' }];

  const outputsIn = ({ prompt }: ModelCall): string[] =>
    prompt.flatMap(({ role, content }) =>
      role === 'tool' ? [JSON.stringify(content)] : [],
    );

  it.each(inWays)(
    '[A39] shows a reference; the model gets the output, the messages %s',
    async (_, options) => {
      const model = scriptedModel([call('search'), says, says]);
      const respond = respondWith(model);
      await using scene = await openScene({ streams, respond, ...options });
      const id = nextChat();
      const tab = new Traveller(scene, { id });
      const live = await tab.send('Find!');
      const { state, output } = toolPartOf(live.messages[1]);
      expect(state).toBe('output-available');
      if (!isBlobReference(output)) throw new Error('It is no reference.');
      const answer = await fetch(scene.app.url + output.url);
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(await answer.json()).toEqual(found);
      expect(output.bytes).toBe(Buffer.byteLength(JSON.stringify(found)));
      await scene.stored();
      expect(await storedSize(streams, id)).toBeLessThan(16_000);
      expect(await loaded(scene, id)).toEqual(live.messages);
      await tab.send('And?');
      const [first, second] = [await model.called(1), await model.called(2)];
      expect(outputsIn(second)).toEqual(outputsIn(first));
      expect(outputsIn(second)[0]).toContain('Hit 2999');
    },
  );

  it('[A39] of the page goes on as it is, and into the log as a reference', async () => {
    const model = scriptedModel([call('askUser'), says]);
    const respond = respondWith(model);
    await using scene = await openScene({ streams, respond });
    const id = nextChat();
    const tab = new Traveller(scene, { id });
    await tab.send('Ask!');
    const { chat } = tab.tab;
    const { toolCallId } = toolPartOf(chat.messages.at(-1));
    await chat.addToolOutput({ tool: 'askUser', toolCallId, output: found });
    await chat.sendMessage();
    expect(outputsIn(await model.called(1))[0]).toContain('Hit 2999');
    await scene.stored();
    expect(await storedSize(streams, id)).toBeLessThan(16_000);
    const { output } = toolPartOf((await loaded(scene, id))[1]);
    if (!isBlobReference(output)) throw new Error('It is no reference.');
    const answer = await fetch(scene.app.url + output.url);
    expect(await answer.json()).toEqual(found);
  });
});
