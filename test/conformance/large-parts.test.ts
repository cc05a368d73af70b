import {
  convertToModelMessages,
  stepCountIs,
  streamText,
  tool,
  type ToolSet,
} from 'ai';
import { DurableTransport, isBlobReference } from 'ai-durable-transport';
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
import { openTab, plain, textOf } from '../support/chat-client.js';
import { Traveller } from '../support/journey.js';
import {
  fileOf,
  largeContent,
  MB,
  sha256At,
  urlOf,
  type LargeContent,
} from '../support/large-content.js';
import { readLog } from '../support/read-log.js';
import { openScene, type Scene, type SceneOptions } from '../support/scene.js';
import { sequence } from '../support/sequence.js';
import { toolPartOf } from '../support/tool-part.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('large');

const painting = ({ base64 }: LargeContent): ModelAction[] => [
  { type: 'text', text: 'Here it is:' },
  { type: 'file', mediaType: 'image/png', data: base64 },
  { type: 'text', text: 'Do you like it?' },
];

async function loaded(
  { api }: Scene,
  chatId: string,
): Promise<Awaited<ReturnType<DurableTransport['load']>>['messages']> {
  const { messages } = await new DurableTransport({ api }).load({ chatId });
  return messages;
}

async function logSize(chatId: string): Promise<number> {
  return JSON.stringify(await readLog(streams, chatId)).length;
}

const historySize = async (chatId: string): Promise<number> =>
  (await (await fetch(`${streams.url}/${chatId}/history`)).text()).length;

/** The base64 that a model was given, of all files in its prompt. */
function filesIn({ prompt }: ModelCall): string[] {
  const contents = prompt.flatMap(({ content }) =>
    typeof content === 'string' ? [] : content,
  );
  return contents.flatMap((part) =>
    part.type === 'file' ? [base64Of(part.data)] : [],
  );
}

function base64Of(data: unknown): string {
  if (typeof data === 'string') return data;
  if (data instanceof Uint8Array) return Buffer.from(data).toString('base64');
  // CAST: v7 says what kind of data it is.
  return base64Of((data as { data: unknown }).data);
}

const inWays: readonly (readonly [string, Partial<SceneOptions>])[] = [
  ['of the client', {}],
  ['of the chat', { history: 'server' }],
];

describe('a file of 8 MB that a model makes', () => {
  it('[A39] is stored out of line, the log stays small, a reload shows the same', async () => {
    const picture = largeContent(8 * MB);
    const model = scriptedModel([painting(picture)]);
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const live = await new Traveller(scene, { id }).send('Paint!');
    expect(live.errors).toEqual([]);
    expect(textOf(live.messages[1])).toBe('Here it is:Do you like it?');
    const { url, mediaType } = fileOf(live.messages[1]);
    expect({ url, mediaType }).toEqual({
      url: urlOf(id, picture),
      mediaType: 'image/png',
    });
    await scene.stored();
    expect(await logSize(id)).toBeLessThan(8_000);
    expect(await historySize(id)).toBeLessThan(8_000);
    expect(await loaded(scene, id)).toEqual(live.messages);
    expect(await sha256At(scene.app.url + url)).toBe(picture.sha256);
  });

  it('[A39] comes to a page that is loaded in mid-answer as it came live', async () => {
    const picture = largeContent(8 * MB);
    const seen = Promise.withResolvers<void>();
    const model = scriptedModel([
      [...painting(picture), { type: 'wait', until: seen.promise }],
    ]);
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const first = new Traveller(scene, { id });
    const sent = first.send('Paint!');
    await model.called();
    const second = new Traveller(scene, { id });
    second.tab.chat.messages = await loaded(scene, id);
    const resumed = second.resume();
    seen.resolve();
    const [live, reloaded] = await Promise.all([sent, resumed]);
    expect(reloaded.messages).toEqual(live.messages);
    expect(await sha256At(scene.app.url + urlOf(id, picture))).toBe(
      picture.sha256,
    );
  });

  it.each(inWays)(
    '[A39] is data again for the model at the next turn, the messages %s',
    async (_, options) => {
      const picture = largeContent(8 * MB);
      const says: ModelAction[] = [{ type: 'text', text: 'Thank you.' }];
      const model = scriptedModel([painting(picture), says, says]);
      await using scene = await openScene({ streams, model, ...options });
      const id = nextChat();
      const tab = new Traveller(scene, { id });
      await tab.send('Paint!');
      await tab.send('Yes!');
      expect(filesIn(await model.called(1))).toEqual([picture.base64]);
      const message = {
        id: 'next',
        role: 'user',
        parts: [{ type: 'text', text: 'Again!' }],
      };
      const body = JSON.stringify({ id, message });
      await (await fetch(scene.api, { method: 'POST', body })).text();
      expect(filesIn(await model.called(2))).toEqual([picture.base64]);
      expect(tab.journey().errors).toEqual([]);
    },
  );

  it('[A39] is as good as any other where the app tells of the end', async () => {
    const picture = largeContent(MB);
    const model = scriptedModel([painting(picture)]);
    const ends: unknown[] = [];
    await using scene = await openScene({
      streams,
      model,
      onFinish: ({ responseMessage }) => void ends.push(responseMessage),
    });
    const id = nextChat();
    const { messages } = await new Traveller(scene, { id }).send('Paint!');
    expect(ends).toEqual([messages[1]]);
  });
});

describe.runIf(process.env['AI_SDK_MAJOR'] === '7')('a film of 50 MB', () => {
  it('[A39] is stored out of line, the log stays small, a reload shows the same', async () => {
    const film = largeContent(50 * MB);
    const model = scriptedModel([
      [
        { type: 'file', mediaType: 'video/mp4', data: film.base64 },
        { type: 'text', text: 'The end.' },
      ],
      [{ type: 'text', text: 'A fine film.' }],
    ]);
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const tab = new Traveller(scene, { id });
    const live = await tab.send('Action!');
    expect(live.errors).toEqual([]);
    await scene.stored();
    expect(await logSize(id)).toBeLessThan(8_000);
    expect(await loaded(scene, id)).toEqual(live.messages);
    const { url } = fileOf(live.messages[1]);
    expect(await sha256At(scene.app.url + url)).toBe(film.sha256);
    const end = await fetch(scene.app.url + url, {
      headers: { range: 'bytes=-1000' },
    });
    expect(end.status).toBe(206);
    const last = Buffer.from(await end.arrayBuffer());
    expect(last.equals(film.bytes.subarray(-1_000))).toBe(true);
    await tab.send('How was it?');
    const [given = ''] = filesIn(await model.called(1));
    expect(given === film.base64).toBe(true);
  });
});

describe('a file of 8 MB that a user sends', () => {
  const maxBodyBytes = 32 * MB;

  async function sendPicture(
    scene: Scene,
    id: string,
    { dataUrl }: LargeContent,
  ): Promise<Traveller> {
    const tab = new Traveller(scene, { id });
    const url = dataUrl;
    await tab.tab.chat.sendMessage({
      text: 'What is it?',
      files: [
        { type: 'file', mediaType: 'image/png', filename: 'it.png', url },
      ],
    });
    return tab;
  }

  it('[A39] reaches the model as it is, and the log as a URL', async () => {
    const picture = largeContent(8 * MB);
    const model = scriptedModel([{ type: 'text', text: 'A cat.' }]);
    await using scene = await openScene({ streams, model, maxBodyBytes });
    const id = nextChat();
    const tab = await sendPicture(scene, id, picture);
    expect(filesIn(await model.called())).toEqual([picture.base64]);
    await scene.stored();
    expect(await logSize(id)).toBeLessThan(8_000);
    const url = urlOf(id, picture);
    const messages = await loaded(scene, id);
    const [question, answer] = tab.journey().messages;
    expect(messages).toEqual([withUrl(question, url), answer]);
    expect(fileOf(messages[0]).filename).toBe('it.png');
    expect(await sha256At(scene.app.url + url)).toBe(picture.sha256);
  });

  it('[A39] stays one record, whether a page posts its data or its URL again', async () => {
    const picture = largeContent(MB);
    const model = scriptedModel([{ type: 'text', text: 'A cat.' }]);
    await using scene = await openScene({ streams, model, maxBodyBytes });
    const id = nextChat();
    const tab = await sendPicture(scene, id, picture);
    await tab.tab.chat.regenerate();
    const later = openTab(scene.api, { id });
    later.chat.messages = await loaded(scene, id);
    await later.chat.regenerate();
    await scene.stored();
    for (const call of model.calls) {
      expect(filesIn(call)).toEqual([picture.base64]);
    }
    expect(model.calls).toHaveLength(3);
    const records = await readLog(streams, id);
    const questions = records.filter(({ type }) => type === 'message');
    expect(questions).toHaveLength(1);
    const { pathname } = new URL(`${streams.url}/${id}/blobs/`);
    const put = { method: 'PUT', url: pathname + picture.sha256 };
    expect(streams.count(put)).toBeLessThanOrEqual(3);
  });
});

type Message = Awaited<ReturnType<typeof loaded>>[number];

function withUrl(message: Message | undefined, url: string): unknown {
  const { parts = [], ...rest } = message ?? {};
  return plain({
    ...rest,
    parts: parts.map((part) =>
      part.type === 'file' ? { ...part, url } : part,
    ),
  });
}

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
      expect(await logSize(id)).toBeLessThan(8_000);
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
    expect(await logSize(id)).toBeLessThan(8_000);
    const { output } = toolPartOf((await loaded(scene, id))[1]);
    if (!isBlobReference(output)) throw new Error('It is no reference.');
    const answer = await fetch(scene.app.url + output.url);
    expect(await answer.json()).toEqual(found);
  });
});

it('keeps everything inline where the app wants it so', async () => {
  const picture = largeContent(MB / 4);
  const model = scriptedModel([painting(picture)]);
  const inlineLimitBytes = Infinity;
  await using scene = await openScene({ streams, model, inlineLimitBytes });
  const id = nextChat();
  const { messages } = await new Traveller(scene, { id }).send('Paint!');
  expect(fileOf(messages[1]).url).toBe(picture.dataUrl);
  await scene.stored();
  expect(await loaded(scene, id)).toEqual(messages);
});
