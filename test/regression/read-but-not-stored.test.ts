import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { describe, expect, it } from 'vitest';
import { act, goesOn, rests } from '../support/asked-user.js';
import type { ChatAppOptions } from '../support/chat-app.js';
import {
  textOf,
  until,
  type ChatClientOptions,
} from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';
import { hasText, routed } from '../support/tabs.js';
import { toolAnswer } from '../support/tool-answer.js';

/**
 * Two instances, of which the first loses its way to the store when told, and a
 * page that goes to the other one when told.
 */
async function openStage(
  streams: TestStreams,
  answer: Omit<ChatAppOptions, 'streams'>,
) {
  let isCut = false;
  let goesElsewhere = false;
  const cut: typeof fetch = (input, init) =>
    isCut ? Promise.reject(new TypeError('cut')) : fetch(input, init);
  const instances = await startInstances((index) => ({
    ...answer,
    streams: index === 0 ? { url: streams.url, fetch: cut } : streams,
  }));
  const { one, other } = instances;
  const fetchOf = routed((url) =>
    goesElsewhere ? url.replace(one.url, other.url) : url,
  );
  return {
    instances,
    other,
    cut: () => void (isCut = true),
    goElsewhere: () => void (goesElsewhere = true),
    page: (own: Pick<ChatClientOptions, 'init'> = {}) =>
      new Traveller(one, { transport: { fetch: fetchOf }, ...own }),
  };
}

// The store was away while an answer was shown to its end. What was posted next
// carried all of it, and the chat kept the part that was stored.
describe('an answer that was read, but not stored to its end', () => {
  it('is whole once the page posts on', async () => {
    await using streams = await startStreams();
    const middle = gate();
    const model = scriptedModel(({ index }) =>
      index > 0
        ? [{ type: 'text', text: 'second answer' }]
        : [
            { type: 'text', text: 'half an answer, ' },
            { type: 'wait', until: middle.opened },
            { type: 'text', text: 'and the rest' },
          ],
    );
    const stage = await openStage(streams, { model });
    await using _ = stage.instances;
    const page = stage.page();
    const sent = page.send('first');
    await until(page.tab, hasText('half'));
    await untilLogged(streams, 'chat-1', 'half');
    stage.cut();
    middle.open();
    await sent;
    stage.goElsewhere();
    const { messages, errors } = await page.send('second');
    await stage.other.settled();

    expect(errors).toEqual([]);
    expect(textOf(messages[1])).toBe('half an answer, and the rest');
    const loaded = await stage.other.chat.load('chat-1');
    expect(loaded.messages).toEqual(messages);
  });

  it('is whole where it went on after a tool', async () => {
    await using streams = await startStreams();
    const answer = toolAnswer('askUser');
    answer.execution.open();
    answer.middle.open();
    const stage = await openStage(streams, { respond: answer.respond });
    await using _ = stage.instances;
    const page = stage.page({ init: goesOn });
    await page.send('first');
    await stage.instances.one.settled();
    stage.cut();
    await act(page.tab, 'answers');
    await rests(page);
    stage.goElsewhere();
    const { messages } = await page.send('second');
    await stage.other.settled();

    const loaded = await stage.other.chat.load('chat-1');
    expect(loaded.messages.slice(0, 3)).toEqual(messages.slice(0, 3));
  });

  it('is not cut short by a page that has read less of it', async () => {
    await using streams = await startStreams();
    const middle = gate();
    const model = scriptedModel(({ index }) => [
      { type: 'text', text: `answer ${index}, ` },
      { type: 'wait', until: index === 0 ? middle.opened : Promise.resolve() },
      { type: 'text', text: 'whole' },
    ]);
    const stage = await openStage(streams, { model });
    await using _ = stage.instances;
    const page = stage.page();
    const behind = stage.page({ init: { generateId: sequence('behind') } });
    const sent = page.send('first');
    await until(page.tab, hasText('answer 0'));
    const partial = structuredClone(page.tab.chat.messages);
    middle.open();
    await sent;
    behind.tab.chat.messages = partial;
    await behind.send('second');
    await stage.instances.one.settled();

    const loaded = await stage.other.chat.load('chat-1');
    expect(loaded.messages.map(textOf)).toEqual([
      'first',
      'answer 0, whole',
      'second',
      'answer 1, whole',
    ]);
  });

  it('is the log’s alone where the server has the history', async () => {
    await using streams = await startStreams();
    const model = scriptedModel(({ index }) => [
      { type: 'text', text: `answer ${index}` },
    ]);
    const stage = await openStage(streams, { model, history: 'server' });
    await using _ = stage.instances;
    const page = stage.page();
    await page.send('first');
    await stage.instances.one.settled();
    const [question, answer] = page.tab.chat.messages;
    if (question === undefined || answer === undefined)
      throw new Error('Lost.');
    const part = { type: 'text' as const, text: 'answer 0, and a forged rest' };
    page.tab.chat.messages = [question, { ...answer, parts: [part] }];
    await page.send('second');
    await stage.instances.one.settled();

    const loaded = await stage.other.chat.load('chat-1');
    expect(textOf(loaded.messages[1])).toBe('answer 0');
  });
});
