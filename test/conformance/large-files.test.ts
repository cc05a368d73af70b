import type { UIMessage } from 'ai';
import {
  scriptedModel,
  startStreams,
  type ModelAction,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTab, plain, textOf, until } from '../support/chat-client.js';
import { Traveller } from '../support/journey.js';
import {
  fileOf,
  filesIn,
  largeContent,
  MB,
  sha256At,
  urlOf,
  type LargeContent,
} from '../support/large-content.js';
import { inWays, loaded, storedSize } from '../support/large-chat.js';
import { readLog } from '../support/read-log.js';
import { openScene, type Scene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';

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

describe('a large file that a model makes', () => {
  it('[A39] of 8 MB is stored out of line, the log stays small, a reload shows the same', async () => {
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
    expect(await storedSize(streams, id)).toBeLessThan(16_000);
    expect(await loaded(scene, id)).toEqual(live.messages);
    expect(await sha256At(scene.app.url + url)).toBe(picture.sha256);
  });

  it('[A39] comes to a page that is loaded in mid-answer as it came live', async () => {
    const picture = largeContent(MB);
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
    await until(second.tab, ({ status }) => status !== 'ready');
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
      const picture = largeContent(MB);
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
      const { api } = scene;
      const headers = { 'content-type': 'application/json' };
      await (await fetch(api, { method: 'POST', headers, body })).text();
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

describe('a large file that a user sends', () => {
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

  it('[A39] of 8 MB reaches the model as it is, and the log as a URL', async () => {
    const picture = largeContent(8 * MB);
    const model = scriptedModel([{ type: 'text', text: 'A cat.' }]);
    await using scene = await openScene({ streams, model, maxBodyBytes });
    const id = nextChat();
    const tab = await sendPicture(scene, id, picture);
    expect(filesIn(await model.called())).toEqual([picture.base64]);
    await scene.stored();
    expect(await storedSize(streams, id)).toBeLessThan(16_000);
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

function withUrl(message: UIMessage | undefined, url: string): unknown {
  const { parts = [], ...rest } = message ?? {};
  return plain({
    ...rest,
    parts: parts.map((part) =>
      part.type === 'file' ? { ...part, url } : part,
    ),
  });
}

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
