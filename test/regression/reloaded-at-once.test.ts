import { setTimeout as sleep } from 'node:timers/promises';
import { streamText } from 'ai';
import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import { scriptedModel, startStreams } from 'ai-durable-transport/testing';
import { describe, expect, it } from 'vitest';
import { textOf } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { serve } from '../support/serve.js';

/** An app whose handler takes its time, on a store that does. */
async function startSlowApp() {
  const stack = new AsyncDisposableStack();
  const streams = stack.use(await startStreams());
  const chat = createDurableChat({ streams, authorize: allowAnyone() });
  const answered = gate();
  const end = gate();
  const called = gate();
  const model = scriptedModel([
    { type: 'text', text: 'the answer' },
    { type: 'wait', until: end.opened },
  ]);
  const handler = async (): Promise<Response> => {
    called.open();
    await answered.opened;
    const result = streamText({ model, prompt: 'go on' });
    return result.toUIMessageStreamResponse();
  };
  const served = await serve(chat.wrap(handler));
  stack.defer(() => served.close());
  return {
    streams,
    called: called.opened,
    answered,
    end,
    page: () => new Traveller({ api: `${served.url}/api/chat` }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** What a page shows that is loaded and resumed, as `useDurableChat` does. */
async function reload(page: Traveller): Promise<readonly string[]> {
  const { chat, transport } = page.tab;
  const { messages } = await transport.load({ chatId: 'chat-1' });
  chat.messages = messages;
  await page.resume();
  return chat.messages.map(textOf);
}

// The load gave up on the question before the resuming did: the page showed the
// answer alone, and went on so.
describe('a page that is loaded right after its POST', () => {
  it('shows the question where the app has not answered yet', async () => {
    await using app = await startSlowApp();
    const sent = app.page().send('the question');
    await app.called;
    const shown = reload(app.page());
    await sleep(500);
    app.answered.open();
    app.end.open();
    expect(await shown).toEqual(['the question', 'the answer']);
    await sent;
  });

  it('shows the question where the store takes its time', async () => {
    await using app = await startSlowApp();
    app.streams.script = [
      { kind: 'delay', ms: 700, when: { method: 'POST' }, times: 1 },
    ];
    app.answered.open();
    const sent = app.page().send('the question');
    await app.called;
    const shown = reload(app.page());
    await sleep(1_000);
    app.end.open();
    expect(await shown).toEqual(['the question', 'the answer']);
    await sent;
  });
});
