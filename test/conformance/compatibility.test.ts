import type { UIMessage } from 'ai';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChatApp } from '../support/chat-app.js';
import { openTab, plain, textOf, until } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { EAGER, Traveller } from '../support/journey.js';
import { openScene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

const nextChat = sequence('compatible');

type Chunk = Readonly<Record<string, unknown>> & { readonly type: string };

/** What a server on v7, or on something newer still, may send. */
const newer: readonly Chunk[] = [
  { type: 'start', messageId: 'answer' },
  { type: 'start-step' },
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', delta: 'one ' },
  {
    type: 'custom',
    kind: 'openai.compaction',
    providerMetadata: { openai: {} },
  },
  { type: 'steering-message', messageId: 'steer', parts: [] },
  { type: 'of-the-future', deep: [{ nested: null }] },
  { type: 'text-delta', id: 't', delta: 'two ' },
  {
    type: 'text-end',
    id: 't',
    citations: [{ type: 'url', url: 'https://example.test/' }],
  },
  {
    type: 'reasoning-file',
    url: 'data:text/plain,thought',
    mediaType: 'text/plain',
  },
  { type: 'finish-step' },
  { type: 'start-step' },
  { type: 'text-start', id: 'u' },
  { type: 'text-delta', id: 'u', delta: 'three' },
  { type: 'text-end', id: 'u' },
  { type: 'finish-step' },
];

const asking: readonly Chunk[] = [
  { type: 'start', messageId: 'answer' },
  { type: 'start-step' },
  {
    type: 'tool-input-available',
    toolCallId: 'call',
    toolName: 'pay',
    input: { amount: 1 },
  },
  { type: 'tool-approval-request', approvalId: 'ask', toolCallId: 'call' },
  {
    type: 'tool-approval-response',
    approvalId: 'ask',
    toolCallId: 'call',
    approved: true,
  },
  { type: 'tool-output-available', toolCallId: 'call', output: 'paid' },
  { type: 'finish-step' },
  { type: 'start-step' },
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', delta: 'Done.' },
  { type: 'text-end', id: 't' },
  { type: 'finish-step' },
  { type: 'finish', finishReason: 'stop' },
];

/** An app whose answer is these chunks; it halts before the last but one. */
async function answering(chunks: readonly Chunk[]) {
  const middle = gate();
  const scene = await openScene({
    streams,
    respond: () =>
      new ReadableStream<Chunk>({
        async start(controller) {
          for (const chunk of chunks.slice(0, -2)) controller.enqueue(chunk);
          await middle.opened;
          for (const chunk of chunks.slice(-2)) controller.enqueue(chunk);
          controller.close();
        },
      }),
  });
  return { scene, middle };
}

const newestOf = (messages: readonly UIMessage[]): UIMessage | undefined =>
  messages.at(-1);

describe('[A44] chunks that the client’s AI SDK does not know', () => {
  const finishes = ['stop', 'interrupted', 'of-the-future'];

  it.each(finishes)(
    'do no harm, live or replayed, to an end by %j',
    async (finishReason) => {
      const chunks = [...newer, { type: 'finish', finishReason }];
      const { scene, middle } = await answering(chunks);
      const id = nextChat();
      const live = new Traveller(scene, { id });
      const sent = live.send();
      await until(live.tab, ({ messages }) =>
        textOf(newestOf(messages)).includes('two'),
      );
      const { messages: asked } = live.tab.chat;
      const page = new Traveller(scene, {
        id,
        init: { messages: plain(asked.slice(0, 1)) },
      });
      const resumed = page.resume();
      await until(page.tab, ({ messages }) => messages.length > 1);
      middle.open();
      const journeys = [await sent, await resumed];
      await scene.stored();
      const late = new Traveller(scene, {
        id,
        transport: { newestMessageId: () => asked[0]?.id },
        init: { messages: plain(asked.slice(0, 1)) },
      });
      journeys.push(await late.resume());
      for (const { messages, statuses, errors, finishes: ends } of journeys) {
        expect(errors).toEqual([]);
        expect(statuses).not.toContain('error');
        expect(statuses.at(-1)).toBe('ready');
        expect(ends).toHaveLength(1);
        expect(textOf(newestOf(messages))).toBe('one two three');
        expect(messages).toEqual(journeys[0]?.messages);
      }
      const loaded = await live.tab.transport.load({ chatId: id });
      expect(loaded.messages).toEqual(journeys[0]?.messages);
      await scene[Symbol.asyncDispose]();
    },
  );

  it('reach an app that looks for them, in spite of drops', async () => {
    const { scene, middle } = await answering([
      ...newer,
      { type: 'finish', finishReason: 'interrupted' },
    ]);
    middle.open();
    scene.proxy.script = [
      { kind: 'cut', afterFrames: 5 },
      { kind: 'end', afterFrames: 1 },
      { kind: 'cut', afterFrames: 2 },
    ];
    const { transport } = openTab(scene.api, {
      transport: { reconnect: EAGER },
    });
    const stream = await transport.sendMessages({
      trigger: 'submit-message',
      chatId: nextChat(),
      messageId: undefined,
      messages: [
        { id: 'q', role: 'user', parts: [{ type: 'text', text: 'x' }] },
      ],
      abortSignal: undefined,
    });
    const read: unknown[] = [];
    for await (const chunk of stream) read.push(chunk);
    expect(read).toEqual([
      ...newer,
      { type: 'finish', finishReason: 'interrupted' },
    ]);
    await scene[Symbol.asyncDispose]();
  });

  it('do not undo an approval that the server answered itself', async () => {
    const { scene, middle } = await answering(asking);
    middle.open();
    const id = nextChat();
    const live = new Traveller(scene, { id });
    const journey = await live.send();
    await scene.stored();
    const page = new Traveller(scene, {
      id,
      transport: { newestMessageId: () => 'none' },
      init: { messages: plain(live.tab.chat.messages.slice(0, 1)) },
    });
    const replayed = await page.resume();
    for (const { messages, errors } of [journey, replayed]) {
      expect(errors).toEqual([]);
      expect(textOf(newestOf(messages))).toBe('Done.');
      const part = newestOf(messages)?.parts.find(
        ({ type }) => type === 'tool-pay',
      );
      expect(part).toMatchObject({ state: 'output-available', output: 'paid' });
    }
    await scene[Symbol.asyncDispose]();
  });
});

describe('[A45] resume: true on a chat that nobody has written to', () => {
  it.each([
    ['is new', []],
    ['has messages that only the page knows', ['q', 'a']],
  ])('is null and changes nothing, where it %s', async (_, ids) => {
    const app = await startChatApp({ streams: { url: streams.url } });
    const messages = ids.map((id): UIMessage => ({
      id,
      role: id === 'q' ? 'user' : 'assistant',
      parts: [{ type: 'text', text: id }],
    }));
    const id = nextChat();
    const calls: string[] = [];
    const tab = openTab(app.api, {
      id,
      transport: { newestMessageId: () => ids.at(-1) },
      init: {
        messages,
        onError: () => void calls.push('onError'),
        onFinish: () => void calls.push('onFinish'),
      },
    });
    await tab.chat.resumeStream();
    expect(await tab.transport.reconnectToStream({ chatId: id })).toBeNull();
    expect(new Set(tab.statuses)).not.toContain('submitted');
    expect(tab.chat.status).toBe('ready');
    expect(tab.chat.messages).toEqual(messages);
    expect(calls).toEqual([]);
    expect(await tab.transport.load({ chatId: id })).toEqual({
      messages: [],
      activeRunId: null,
    });
    const written = streams.requests.filter(
      ({ url, method }) =>
        url.includes(`/${id}/`) && !['GET', 'HEAD'].includes(method),
    );
    expect(written).toEqual([]);
    await app.close();
  });
});
