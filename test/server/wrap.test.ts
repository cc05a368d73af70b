import { convertToModelMessages, streamText, type UIMessage } from 'ai';
import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import {
  scriptedModel,
  startStreams,
  type ScriptedModel,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headStream, logTarget } from '../../src/log/index.js';
import { textOf, until } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { chunksOf, postMessage } from '../support/post-message.js';
import { soundRuns, untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { serve } from '../support/serve.js';
import { hasText } from '../support/tabs.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('wrapped');

type Options = Partial<Parameters<typeof createDurableChat>[0]>;

/** An app that has its own route handler, made durable. */
async function startWrapped(
  handler: (request: Request) => Response | Promise<Response>,
  options: Options = {},
) {
  const background: Promise<unknown>[] = [];
  const chat = createDurableChat({
    streams,
    authorize: allowAnyone(),
    waitUntil: (promise) => void background.push(promise),
    ...options,
  });
  const served = await serve(chat.wrap(handler));
  return {
    chat,
    api: `${served.url}/api/chat`,
    settled: () => Promise.all(background),
    [Symbol.asyncDispose]: () => served.close(),
  };
}

/** As the AI SDK's guides have it. */
function guideHandler(model: ScriptedModel) {
  return async (request: Request): Promise<Response> => {
    // CAST: as the guides do; the client is ours.
    const { messages } = (await request.json()) as { messages: UIMessage[] };
    const result = streamText({
      model,
      messages: await convertToModelMessages(messages),
      abortSignal: request.signal,
    });
    return result.toUIMessageStreamResponse({
      originalMessages: messages,
      generateMessageId: () => 'from-the-database',
    });
  };
}

const isLogged = async (id: string): Promise<boolean> =>
  (await headStream(logTarget(streams, id))).exists;

describe('a wrapped handler', () => {
  it('is durable: what it answers can be resumed, under its own message id', async () => {
    const id = nextChat();
    const goOn = gate();
    const model = scriptedModel([
      { type: 'text', text: 'one half' },
      { type: 'wait', until: goOn.opened },
      { type: 'text', text: ' and the other' },
    ]);
    await using app = await startWrapped(guideHandler(model));
    const tab = new Traveller(app, { id });
    const sent = tab.send();
    await until(tab.tab, hasText('half'));
    await untilLogged(streams, id, 'half');
    const page = new Traveller(app, { id });
    const loaded = await page.tab.transport.load({ chatId: id });
    page.tab.chat.messages = loaded.messages;
    const resumed = page.resume();
    await until(page.tab, hasText('half'));
    goOn.open();
    const { messages } = await sent;
    expect((await resumed).messages).toEqual(messages);
    expect(messages[1]?.id).toBe('from-the-database');
    expect(textOf(messages[1])).toBe('one half and the other');
    await app.settled();
    expect((await app.chat.load(id)).messages).toEqual(messages);
  });

  it('has a signal that fires on stop, not on disconnect', async () => {
    const id = nextChat();
    const signals: AbortSignal[] = [];
    const model = scriptedModel([
      { type: 'text', text: 'well' },
      { type: 'wait', until: gate().opened },
    ]);
    const answer = guideHandler(model);
    await using app = await startWrapped((request) => {
      signals.push(request.signal);
      return answer(request);
    });
    const leave = new AbortController();
    await postMessage(app.api, { id, signal: leave.signal });
    await untilLogged(streams, id, 'well');
    leave.abort();
    const { activeRunId } = await app.chat.load(id);
    expect(activeRunId).not.toBeNull();
    expect(signals[0]?.aborted).toBe(false);
    expect(await app.chat.stop(id)).toEqual({ stopped: true });
    expect(signals[0]?.aborted).toBe(true);
    expect(await (await model.called()).ended).toBe('aborted');
  });

  it.each<[string, Options]>([
    ['durability best-effort', {}],
    ['durability required', { durability: 'required' }],
  ])(
    'that refuses is passed through, and nothing is written: %s',
    async (_, options) => {
      const id = nextChat();
      const finished: unknown[] = [];
      await using app = await startWrapped(
        async () => {
          // Longer than a run has to wait before it may be registered.
          await new Promise((resolve) => setTimeout(resolve, 30));
          return Response.json({ error: 'who are you?' }, { status: 401 });
        },
        { ...options, onFinish: (event) => void finished.push(event) },
      );
      const response = await postMessage(app.api, { id });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ error: 'who are you?' });
      await app.settled();
      expect(await isLogged(id)).toBe(false);
      expect(finished).toEqual([]);
    },
  );

  it('that throws a Response refuses, too', async () => {
    const id = nextChat();
    await using app = await startWrapped(() => {
      // As some frameworks have it.
      // oxlint-disable-next-line typescript/only-throw-error
      throw new Response('later', { status: 429 });
    });
    const response = await postMessage(app.api, { id });
    expect([response.status, await response.text()]).toEqual([429, 'later']);
    expect(await isLogged(id)).toBe(false);
  });

  it('that throws is one masked error', async () => {
    const id = nextChat();
    await using app = await startWrapped(() => {
      throw new Error('sk-123');
    });
    const { chunks, isDone } = await chunksOf(
      await postMessage(app.api, { id }),
    );
    expect(isDone).toBe(true);
    expect(chunks).toEqual([
      { type: 'error', errorText: 'An error occurred.' },
    ]);
  });

  it('that takes its time is not called again for a POST that is sent again', async () => {
    const id = nextChat();
    const [called, answers] = [gate(), gate()];
    const model = scriptedModel([{ type: 'text', text: 'at last' }]);
    const answer = guideHandler(model);
    await using app = await startWrapped(async (request) => {
      called.open();
      await answers.opened;
      return answer(request);
    });
    const twice = [1, 2].map((attempt) =>
      postMessage(app.api, {
        id,
        headers: { 'idempotency-key': 'k', 'durable-attempt': String(attempt) },
      }),
    );
    await called.opened;
    answers.open();
    const bodies = await Promise.all(
      twice.map(async (response) => chunksOf(await response)),
    );
    for (const { chunks, isDone } of bodies) {
      expect(isDone).toBe(true);
      expect(JSON.stringify(chunks)).toContain('last');
    }
    expect(model.calls).toHaveLength(1);
    await app.settled();
    expect(await soundRuns(streams, id)).toHaveLength(1);
  });

  it('leaves all other routes to us', async () => {
    const id = nextChat();
    await using app = await startWrapped(() => new Response('mine'));
    const get = (path: string): Promise<Response> =>
      fetch(`${app.api}/${path}`);
    expect(await (await get(id)).json()).toMatchObject({ messages: [] });
    expect((await get(`${id}/stream`)).status).toBe(204);
    expect((await get(`${id}/nonsense`)).status).toBe(404);
  });
});

describe('toResponse', () => {
  it('is the tee alone: for a handler that does everything else', async () => {
    const id = nextChat();
    const model = scriptedModel([{ type: 'text', text: 'by hand' }]);
    const messages: UIMessage[] = [
      { id: 'q', role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
    ];
    const background: Promise<unknown>[] = [];
    const chat = createDurableChat({
      streams,
      authorize: allowAnyone(),
      waitUntil: (promise) => void background.push(promise),
    });
    const result = streamText({ model, prompt: 'Hi' });
    const response = await chat.toResponse(result, { chatId: id, messages });
    const { chunks, isDone } = await chunksOf(response);
    expect(isDone).toBe(true);
    expect(chunks[0]).toMatchObject({ type: 'start', messageId: /./ });
    await Promise.all(background);
    const loaded = await chat.load(id);
    expect(loaded.messages.map(textOf)).toEqual(['Hi', 'by hand']);
  });
});
