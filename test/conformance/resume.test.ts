import type { UIMessageChunk } from 'ai';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rests, shows } from '../support/asked-user.js';
import { textOf, until } from '../support/chat-client.js';
import { Traveller, type Journey } from '../support/journey.js';
import { numberAnswer, NUMBERS } from '../support/number-answer.js';
import { openScene, type Scene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
let whole: Journey;
const nextChat = sequence('resumed');

beforeAll(async () => {
  streams = await startStreams();
  const { model, start, middle } = numberAnswer();
  start.open();
  middle.open();
  await using scene = await openScene({ streams, model });
  whole = await new Traveller(scene, { id: nextChat() }).send();
});
afterAll(() => streams.stop());

/** A page that is loaded anew, with its messages from us. */
async function loadedPage(scene: Scene, id: string): Promise<Traveller> {
  const page = new Traveller(scene, { id });
  const { messages } = await page.tab.transport.load({ chatId: id });
  page.tab.chat.messages = messages;
  return page;
}

/** As a browser does it with a page that is reloaded. */
function leave({ tab }: Traveller): void {
  tab.transport.close();
}

describe('a reload', () => {
  it('[A1] in mid-text shows the whole text once, in the same message', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const first = new Traveller(scene, { id });
    void first.send();
    await shows(first, 'three');
    leave(first);
    const second = await loadedPage(scene, id);
    const resumed = second.resume();
    await shows(second, 'three');
    expect(textOf(second.tab.chat.messages[1])).toBe('one two three');
    middle.open();
    expect((await resumed).messages).toEqual(whole.messages);
    expect(textOf(second.tab.chat.messages[1])).toBe(NUMBERS);
  });

  it('[A1] in mid-text after mid-text comes to the same', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const first = new Traveller(scene, { id });
    void first.send();
    await shows(first, 'one');
    let page = first;
    for (let reloads = 0; reloads < 3; reloads += 1) {
      leave(page);
      page = await loadedPage(scene, id);
      void page.resume();
      await shows(page, 'three');
    }
    middle.open();
    await rests(page);
    expect(page.journey().messages).toEqual(whole.messages);
    expect(model.calls).toHaveLength(1);
  });

  it.each([
    ['the user message', 1],
    ['the partial answer too', 2],
  ])('[A1] replaces what the page was rendered with: %s', async (_, count) => {
    const { model, start, middle } = numberAnswer();
    start.open();
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const first = new Traveller(scene, { id });
    void first.send();
    await shows(first, 'two');
    const messages = [...first.journey().messages].slice(0, count);
    const second = new Traveller(scene, { id, init: { messages } });
    const resumed = second.resume();
    await shows(second, 'three');
    middle.open();
    expect((await resumed).messages).toEqual(whole.messages);
  });

  it('[A2] before the first chunk waits for it, and shows all of it', async () => {
    const { model, start, middle } = numberAnswer();
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const first = new Traveller(scene, { id });
    void first.send();
    await model.called();
    leave(first);
    const second = await loadedPage(scene, id);
    const resumed = second.resume();
    await until(second.tab, ({ status }) => status !== 'ready');
    start.open();
    middle.open();
    const { messages, statuses } = await resumed;
    expect(messages).toEqual(whole.messages);
    expect(statuses).toEqual(['ready', 'submitted', 'streaming', 'ready']);
  });

  it('[A3] after the end shows what there is, and calls nothing', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    middle.open();
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const sent = await new Traveller(scene, { id }).send();
    const loaded = await loadedPage(scene, id);
    const quiet = { statuses: ['ready'], finishes: [], errors: [] };
    expect(await loaded.resume()).toEqual({
      ...quiet,
      messages: sent.messages,
    });
    const messages = [...sent.messages];
    const newestMessageId = (): string | undefined => messages.at(-1)?.id;
    const rendered = new Traveller(scene, {
      id,
      transport: { newestMessageId },
      init: { messages },
    });
    expect(await rendered.resume()).toEqual({ ...quiet, messages });
  });

  it('[A4] whose run ends before it resumes shows the answer once', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const first = new Traveller(scene, { id });
    const sent = first.send();
    await shows(first, 'two');
    const loaded = await loadedPage(scene, id);
    const rendered = new Traveller(scene, {
      id,
      transport: { newestMessageId: () => 'user-1' },
      init: { messages: [...loaded.journey().messages] },
    });
    expect(loaded.journey().messages).toEqual(whole.messages.slice(0, 1));
    middle.open();
    await sent;
    const early = await loaded.resume();
    await scene.stored();
    const late = await rendered.resume();
    for (const { messages, finishes, errors } of [early, late]) {
      expect(messages).toEqual(whole.messages);
      expect(finishes).toHaveLength(1);
      expect(errors).toEqual([]);
    }
  });
});

describe('a reload after an answer that failed', () => {
  it.each([0, 1, 2])(
    '[A4][A35] shows its error and as much as there was: %i chunks',
    async (count) => {
      const chunks: readonly UIMessageChunk[] = [
        { type: 'start-step' },
        { type: 'data-note', data: 'on the way' },
      ];
      const respond = () =>
        new ReadableStream<UIMessageChunk>({
          start(controller) {
            for (const chunk of chunks.slice(0, count)) {
              controller.enqueue(chunk);
            }
            controller.enqueue({ type: 'error', errorText: 'Out of luck.' });
            controller.close();
          },
        });
      await using scene = await openScene({ streams, respond });
      const id = nextChat();
      const sent = await new Traveller(scene, { id }).send();
      await scene.stored();
      const page = await loadedPage(scene, id);
      const { messages, errors } = await page.resume();
      expect(messages).toEqual(sent.messages);
      expect([sent.errors, errors].map(String)).toEqual([
        'Error: Out of luck.',
        'Error: Out of luck.',
      ]);
    },
  );
});

describe('a drop that outlasts the run', () => {
  it.each(['right after the end', 'after the history was written'])(
    '[A8] is followed by the rest of the answer: %s',
    async (when) => {
      const { model, start, middle } = numberAnswer();
      start.open();
      await using scene = await openScene({ streams, model });
      const id = nextChat();
      const tab = new Traveller(scene, { id });
      const sent = tab.send();
      await shows(tab, 'three');
      await scene.proxy.down();
      middle.open();
      await (
        await model.called()
      ).ended;
      if (when === 'after the history was written') await scene.stored();
      await scene.proxy.up();
      const { messages, statuses, finishes } = await sent;
      expect(messages).toEqual(whole.messages);
      expect(statuses).not.toContain('error');
      expect(finishes).toEqual(whole.finishes);
      expect(model.calls).toHaveLength(1);
    },
  );
});

describe('devices that join in mid-run', () => {
  it('[A14] show what there is, then what comes, without a gap', async () => {
    const { model, start, middle } = numberAnswer();
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const first = new Traveller(scene, { id });
    const sent = first.send();
    await model.called();
    const second = await loadedPage(scene, id);
    const resumed = second.resume();
    start.open();
    await shows(first, 'three');
    const third = await loadedPage(scene, id);
    const seen: string[] = [];
    third.tab.chat['~registerMessagesCallback'](
      () => void seen.push(textOf(third.tab.chat.messages[1])),
    );
    const joined = third.resume();
    await shows(third, 'three');
    middle.open();
    for (const { messages } of await Promise.all([sent, resumed, joined])) {
      expect(messages).toEqual(whole.messages);
    }
    expect(seen.filter((text) => !NUMBERS.startsWith(text))).toEqual([]);
    // Their instance writes the run: no other reader of the log is needed.
    const followed = streams.requests.filter(
      ({ method, url }) =>
        method === 'GET' &&
        url.includes(`/${id}/log?`) &&
        url.includes('live='),
    );
    expect(followed).toEqual([]);
  });
});
