import { scriptedModel } from 'ai-durable-transport/testing';
import { describe, expect, it } from 'vitest';
import { act, goesOn, rests } from '../support/asked-user.js';
import { textOf, until } from '../support/chat-client.js';
import { startCutOff } from '../support/cut-off.js';
import { gate } from '../support/gate.js';
import { untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { hasText } from '../support/tabs.js';
import { toolAnswer } from '../support/tool-answer.js';

// The store was away while an answer was shown to its end. What was posted next
// carried all of it, and the chat kept the part that was stored.
describe('an answer that was read, but not stored to its end', () => {
  it('is whole once the page posts on', async () => {
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
    await using stage = await startCutOff({ model });
    const page = stage.page();
    const sent = page.send('first');
    await until(page.tab, hasText('half'));
    await untilLogged(stage.streams, 'chat-1', 'half');
    stage.cut('one');
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
    const answer = toolAnswer('askUser');
    answer.execution.open();
    answer.middle.open();
    await using stage = await startCutOff({ respond: answer.respond });
    const page = stage.page({ init: goesOn });
    await page.send('first');
    await stage.one.settled();
    stage.cut('one');
    await act(page.tab, 'answers');
    await rests(page);
    stage.goElsewhere();
    const { messages } = await page.send('second');
    await stage.other.settled();

    const loaded = await stage.other.chat.load('chat-1');
    expect(loaded.messages.slice(0, 3)).toEqual(messages.slice(0, 3));
  });

  it('is not cut short by a page that has read less of it', async () => {
    const middle = gate();
    const model = scriptedModel(({ index }) => [
      { type: 'text', text: `answer ${index}, ` },
      { type: 'wait', until: index === 0 ? middle.opened : Promise.resolve() },
      { type: 'text', text: 'whole' },
    ]);
    await using stage = await startCutOff({ model });
    const page = stage.page();
    const behind = stage.page({ init: { generateId: sequence('behind') } });
    const sent = page.send('first');
    await until(page.tab, hasText('answer 0'));
    const partial = structuredClone(page.tab.chat.messages);
    middle.open();
    await sent;
    behind.tab.chat.messages = partial;
    await behind.send('second');
    await stage.one.settled();

    const loaded = await stage.other.chat.load('chat-1');
    expect(loaded.messages.map(textOf)).toEqual([
      'first',
      'answer 0, whole',
      'second',
      'answer 1, whole',
    ]);
  });

  it('is the log’s alone where the server has the history', async () => {
    const model = scriptedModel(({ index }) => [
      { type: 'text', text: `answer ${index}` },
    ]);
    await using stage = await startCutOff({ model, history: 'server' });
    const page = stage.page();
    await page.send('first');
    await stage.one.settled();
    const [question, answer] = page.tab.chat.messages;
    if (question === undefined || answer === undefined)
      throw new Error('Lost.');
    const part = { type: 'text' as const, text: 'answer 0, and a forged rest' };
    page.tab.chat.messages = [question, { ...answer, parts: [part] }];
    await page.send('second');
    await stage.one.settled();

    const loaded = await stage.other.chat.load('chat-1');
    expect(textOf(loaded.messages[1])).toBe('answer 0');
  });
});
