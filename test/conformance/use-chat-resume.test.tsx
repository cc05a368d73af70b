import '../support/page-globals.js';
import type { UIMessage } from 'ai';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asReplayed } from '../support/as-replayed.js';
import {
  goesOn,
  rests,
  shows,
  tabThatGoesOn,
  type Deed,
} from '../support/asked-user.js';
import { openHookPage, type HookPage } from '../support/hook-page.js';
import { Traveller } from '../support/journey.js';
import { numberAnswer, NUMBERS } from '../support/number-answer.js';
import { pages, type Page } from '../support/reloaded-page.js';
import { openScene, type Scene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';
import { toolAnswer } from '../support/tool-answer.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('hooked');

describe('useChat with resume, in StrictMode', () => {
  it.each([
    ['its messages from us', undefined],
    ['the user message', 1],
    ['the partial answer too', 2],
  ])('[A1] shows an answer once that is under way: %s', async (_, count) => {
    const { model, start, middle } = numberAnswer();
    start.open();
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const sender = new Traveller(scene, { id });
    const sent = sender.send();
    await shows(sender, 'two');
    const messages = sender.journey().messages.slice(0, count);
    const finished: UIMessage[] = [];
    const page = await openHookPage({
      api: scene.api,
      id,
      ...(count !== undefined && { messages }),
      init: { onFinish: ({ message }) => void finished.push(message) },
    });
    await page.streams('three');
    middle.open();
    await page.rests(NUMBERS);
    const { messages: whole } = await sent;
    expect(page.messages()).toEqual(whole);
    expect(page.statuses).not.toContain('error');
    expect(finished).toHaveLength(1);
    page.leave();
  });

  it('[A2] waits for an answer that has not begun', async () => {
    const { model, start, middle } = numberAnswer();
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const sender = new Traveller(scene, { id });
    const sent = sender.send();
    await model.called();
    const page = await openHookPage({ api: scene.api, id });
    start.open();
    middle.open();
    await page.rests(NUMBERS);
    expect(page.messages()).toEqual((await sent).messages);
    page.leave();
  });

  it('[A3] does nothing where nothing is under way', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    middle.open();
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const { messages } = await new Traveller(scene, { id }).send();
    const events: unknown[] = [];
    const page = await openHookPage({
      api: scene.api,
      id,
      init: {
        onFinish: (event) => void events.push(event),
        onError: (error) => void events.push(error),
      },
    });
    // Answered by 204: when a second request like it is, the first is over.
    await fetch(`${scene.api}/${id}/stream`);
    expect(page.messages()).toEqual(messages);
    expect(page.statuses).toEqual(['ready']);
    expect(events).toEqual([]);
    page.leave();
  });
});

describe('useChat with resume on a chat that nobody wrote to', () => {
  it('[A45] changes nothing, calls nothing, and takes a message', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    middle.open();
    await using scene = await openScene({ streams, model });
    const id = nextChat();
    const events: unknown[] = [];
    const onFinish = (event: unknown): void => void events.push(event);
    const onError = onFinish;
    const page = await openHookPage({
      api: scene.api,
      id,
      init: { onFinish, onError },
    });
    // Answered by 204: when a second request like it is, the first is over.
    await fetch(`${scene.api}/${id}/stream`);
    expect(page.statuses).toEqual(['ready']);
    expect(page.now().error).toBeUndefined();
    expect(events).toEqual([]);
    page.send('Count!');
    await page.rests(NUMBERS);
    expect(events).toHaveLength(1);
    expect(page.messages()).toHaveLength(2);
    page.leave();
  });
});

interface Reloaded {
  readonly page: HookPage;
  readonly stayed: readonly UIMessage[];
  readonly toolCalls: unknown[];
  readonly posts: number;
}

/** A page with the hook is loaded while an answer goes on after its tool. */
async function reload(deed: Deed, stored: Page): Promise<Reloaded> {
  const answer = toolAnswer(deed === 'answers' ? 'askUser' : 'removeFile');
  answer.execution.open();
  const { respond } = answer;
  await using scene: Scene = await openScene({ streams, respond });
  const id = nextChat();
  const asked: UIMessage[][] = [];
  const sender = await tabThatGoesOn(
    { api: scene.app.api },
    {
      id,
      deed,
      init: { onFinish: ({ messages }) => void asked.push([...messages]) },
    },
  );
  await shows(sender, 'Thank you');
  const messages = stored(asked[0] ?? [], sender.journey().messages);
  const toolCalls: unknown[] = [];
  const page = await openHookPage({
    api: scene.api,
    id,
    ...(messages && { messages }),
    init: {
      ...goesOn,
      onToolCall: ({ toolCall }) => void toolCalls.push(toolCall),
    },
  });
  await page.streams('Thank you');
  answer.middle.open();
  await page.rests('再见');
  await rests(sender);
  const { requests } = scene.proxy;
  const posts = requests.filter(({ method }) => method === 'POST').length;
  return { page, stayed: sender.journey().messages, toolCalls, posts };
}

describe.each(Object.entries(pages))(
  'useChat with messages %s',
  (_, stored) => {
    it.each(['answers', 'grants', 'denies'] as const)(
      '[A16][A17][A20] shows all of a message that goes on: the user %s',
      async (deed) => {
        const { page, stayed, posts } = await reload(deed, stored);
        expect(page.messages()).toEqual(asReplayed(stayed));
        expect(page.statuses).not.toContain('error');
        expect(posts).toBe(0);
        page.leave();
      },
    );

    it.each(['answers', 'grants'] as const)(
      '[A18] calls no tool again that has its output: the user %s',
      async (deed) => {
        const { page, toolCalls, posts } = await reload(deed, stored);
        expect(toolCalls).toEqual([]);
        expect(posts).toBe(0);
        page.leave();
      },
    );
  },
);
