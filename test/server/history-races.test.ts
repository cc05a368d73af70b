import type { UIMessageChunk } from 'ai';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  appendPlain,
  createStream,
  historyTarget,
  logTarget,
  readPages,
} from '../../src/log/index.js';
import { runRecord } from '../../src/protocol/index.js';
import { textOf } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { leaveLongChat } from '../support/long-chat.js';
import { chunksOf, postMessage } from '../support/post-message.js';
import { untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances, type Instances } from '../support/start-instances.js';
import { deleteStreamOf, expectTrueHistory } from '../support/true-history.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('raced');

/** A turn that is over, and an answer that waits in its middle. */
async function inMidAnswer(
  between: (id: string, instances: Instances) => Promise<void> = () =>
    Promise.resolve(),
) {
  const middle = gate();
  const model = scriptedModel(({ index }) =>
    index === 1
      ? [
          { type: 'text', text: 'half' },
          { type: 'wait', until: middle.opened },
          { type: 'text', text: ' and half' },
        ]
      : [{ type: 'text', text: `answer ${index}` }],
  );
  const instances = await startInstances({ streams, model });
  const { one } = instances;
  const id = nextChat();
  const tab = new Traveller(one, { id });
  await tab.send('first');
  await one.settled();
  await between(id, instances);
  const sent = tab.send('second');
  await untilLogged(streams, id, 'half');
  return { instances, id, tab, sent, middle, model };
}

/** The way to the store of an instance that only ever reads. */
const neverWriting: typeof fetch = (input, init) =>
  init?.method === undefined || init.method === 'GET'
    ? fetch(input, init)
    : new Promise(() => undefined);

describe('the history after a run', () => {
  it('keeps a stop that came ahead of its POST, while the run was active', async () => {
    const scene = await inMidAnswer();
    await using instances = scene.instances;
    const { id, sent, middle, model } = scene;
    const headers = { 'idempotency-key': 'late' };
    const { other, one } = instances;
    await other.chat.stop(id, { idempotencyKey: 'late' });
    middle.open();
    const { messages } = await sent;
    await one.settled();
    await expectTrueHistory(streams, id, messages);
    const { chunks } = await chunksOf(
      await postMessage(one.api, { id, headers }),
    );
    expect(chunks.at(-1)).toEqual({ type: 'abort' });
    expect(model.calls).toHaveLength(2);
  });

  it('is written anew where it was deleted while the run was active', async () => {
    const scene = await inMidAnswer();
    await using instances = scene.instances;
    const { id, sent, middle } = scene;
    await deleteStreamOf(streams, id, 'history');
    middle.open();
    const { messages } = await sent;
    await instances.one.settled();
    expect(messages).toHaveLength(4);
    await expectTrueHistory(streams, id, messages);
  });

  it('has the run that another one superseded', async () => {
    const scene = await inMidAnswer();
    await using instances = scene.instances;
    const { id, tab, sent, middle } = scene;
    const init = {
      messages: structuredClone(tab.tab.chat.messages),
      generateId: sequence('later'),
    };
    const page = new Traveller(instances.other, { id, init });
    const { messages } = await page.send('third');
    middle.open();
    await sent;
    await Promise.all(instances.all.map((instance) => instance.settled()));
    expect(textOf(messages.at(-1))).toBe('answer 2');
    await expectTrueHistory(streams, id, messages);
  });

  it('is not misled by an older run whose end is told again meanwhile', async () => {
    // It failed before it had said anything: no message tells of it.
    const failed = runRecord({
      id: 'failed',
      messageId: 'nothing',
      parentId: null,
      agentId: 'assistant',
      epoch: Date.now(),
      attempt: 1,
      status: 'failed',
      at: Date.now(),
      leaseMs: 15_000,
    });
    const tell = async (id: string): Promise<void> => {
      const body = JSON.stringify([failed]);
      await appendPlain(logTarget(streams, id), { body });
    };
    const scene = await inMidAnswer(async (id, { one }) => {
      await tell(id);
      await one.chat.recover(id);
    });
    await using instances = scene.instances;
    const { id, sent, middle } = scene;
    await tell(id);
    middle.open();
    const { messages } = await sent;
    await instances.one.settled();
    const { chat } = instances.other;
    expect((await chat.load(id)).messages).toEqual(messages);
  });

  it('says of a message that is written anew what was said before', async () => {
    // An app whose database calls all of its answers the same.
    const respond = (): ReadableStream<UIMessageChunk> =>
      new ReadableStream({
        start(controller) {
          controller.enqueue({ type: 'start', messageId: 'mine' });
          controller.enqueue({ type: 'text-start', id: 't' });
          controller.enqueue({ type: 'text-delta', id: 't', delta: 'said' });
          controller.enqueue({ type: 'text-end', id: 't' });
          controller.enqueue({ type: 'finish' });
          controller.close();
        },
      });
    const written = gate();
    let isHeld = false;
    const held: typeof fetch = async (input, init) => {
      const isRead = init?.method === undefined || init.method === 'GET';
      const url = input instanceof Request ? input.url : input.toString();
      const isWrite = url.endsWith('/history') && !isRead;
      if (isHeld && isWrite) await written.opened;
      return fetch(input, init);
    };
    const { url } = streams;
    await using instances = await startInstances((index) => ({
      streams: { url, fetch: index === 0 ? held : neverWriting },
      respond,
    }));
    const { one, other } = instances;
    const id = nextChat();
    const tab = new Traveller(one, { id });
    await tab.send('first');
    await one.settled();
    isHeld = true;
    await tab.send('second');
    const before = await other.chat.load(id);
    written.open();
    await one.settled();
    expect((await other.chat.load(id)).messages).toEqual(before.messages);
  });
});

async function historyOf(id: string): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const page of readPages(historyTarget(streams, id))) {
    items.push(...page.items);
  }
  return items;
}

describe('a history', () => {
  it('whose checkpoint builds on what it lacks does not count beyond the gap', async () => {
    const id = nextChat();
    const messages = await leaveLongChat(streams, id, { turns: 3, tokens: 10 });
    const target = historyTarget(streams, id);
    const items = await historyOf(id);
    await deleteStreamOf(streams, id, 'history');
    // The second turn of three is missing: four records each.
    expect(items).toHaveLength(12);
    await createStream(target, { body: JSON.stringify(items.slice(0, 4)) });
    await appendPlain(target, { body: JSON.stringify(items.slice(8)) });
    await using instances = await startInstances({ streams });
    const { one } = instances;
    expect((await one.chat.load(id)).messages).toEqual(messages);
    await one.settled();
    await expectTrueHistory(streams, id, messages);
  });

  it('that lacks something is completed once, however many come', async () => {
    const id = nextChat();
    const options = { turns: 3, tokens: 10, hasHistory: false };
    const messages = await leaveLongChat(streams, id, options);
    await using instances = await startInstances({ streams });
    const { one, other } = instances;
    const visits = Array.from({ length: 20 }, (_, visit) =>
      (visit % 2 === 0 ? one : other).chat.load(id),
    );
    await Promise.all(visits);
    await Promise.all([one.settled(), other.settled()]);
    // A question, an answer and a run for each turn, and one checkpoint.
    expect(await historyOf(id)).toHaveLength(3 * 3 + 1);
    await expectTrueHistory(streams, id, messages);
  });
});
