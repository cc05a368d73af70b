import { convertToModelMessages, stepCountIs, streamText, tool } from 'ai';
import type { FinishEvent } from 'ai-durable-transport/server';
import {
  scriptedModel,
  startStreams,
  type CallScript,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { historyTarget, readPages } from '../../src/log/index.js';
import { plain, until } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { chunksOf, postMessage } from '../support/post-message.js';
import { readLog, soundRuns, untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';
import { hasText } from '../support/tabs.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('finished');

const endings: Record<string, CallScript> = {
  done: [{ type: 'text', text: 'an answer' }],
  failed: [
    { type: 'text', text: 'an answer' },
    { type: 'error', error: new Error('no more') },
  ],
  stopped: [
    { type: 'text', text: 'an answer' },
    { type: 'tool-call', toolName: 'hang', input: {} },
  ],
};

describe('onFinish', () => {
  it.each(Object.entries(endings))(
    'is told once of a run that is %s, with the message that load gives',
    async (status, script) => {
      vi.spyOn(console, 'error').mockReturnValue();
      const id = nextChat();
      const model = scriptedModel(script);
      const events: FinishEvent[] = [];
      const hang = gate();
      const tools = {
        hang: tool({
          inputSchema: z.object({}),
          execute: () => {
            hang.open();
            return gate().opened;
          },
        }),
      };
      await using instances = await startInstances({
        streams,
        onFinish: (event) => void events.push(event),
        respond: async ({ messages, abortSignal }) =>
          streamText({
            model,
            tools,
            messages: await convertToModelMessages(messages, { tools }),
            stopWhen: stepCountIs(2),
            abortSignal,
          }),
      });
      const { one, other } = instances;
      const tab = new Traveller(one, { id });
      const sent = tab.send();
      if (status === 'stopped') {
        await hang.opened;
        await tab.tab.transport.stop({ chatId: id });
      }
      await sent;
      await one.settled();
      const [run] = await soundRuns(streams, id);
      const { messages } = await other.chat.load(id);
      expect(events).toEqual([
        {
          chatId: id,
          runId: run?.id,
          messageId: messages[1]?.id,
          status,
          responseMessage: messages[1],
          messages,
        },
      ]);
      expect(plain(tab.tab.chat.messages)).toEqual(messages);
    },
  );

  it('is awaited before anybody learns that the run has ended', async () => {
    const id = nextChat();
    const model = scriptedModel([{ type: 'text', text: 'an answer' }]);
    const [told, stored] = [gate(), gate()];
    await using instances = await startInstances({
      streams,
      model,
      onFinish: async () => {
        told.open();
        await stored.opened;
      },
    });
    const { one, other } = instances;
    const tab = new Traveller(one, { id });
    const sent = tab.send();
    await told.opened;
    await until(tab.tab, hasText('an answer'));
    await untilLogged(streams, id, 'an answer');
    expect(tab.tab.chat.status).toBe('streaming');
    expect((await other.chat.load(id)).activeRunId).not.toBeNull();
    stored.open();
    await sent;
    expect((await other.chat.load(id)).activeRunId).toBeNull();
  });

  it('that throws is reported, and the run ends all the same', async () => {
    const id = nextChat();
    const model = scriptedModel([{ type: 'text', text: 'an answer' }]);
    const error = new Error('no database');
    await using instances = await startInstances({
      streams,
      model,
      onFinish: () => Promise.reject(error),
    });
    const { one } = instances;
    const { errors } = await new Traveller(one, { id }).send();
    expect(errors).toEqual([]);
    await one.settled();
    expect(one.errors).toMatchObject([{ chatId: id, source: 'app', error }]);
    const [run] = await soundRuns(streams, id);
    expect(run?.statuses).toEqual(['active', 'done']);
  });
});

describe('waitUntil', () => {
  it('is given a promise that covers the run, its end and its history', async () => {
    const id = nextChat();
    const model = scriptedModel([{ type: 'text', text: 'w', delayMs: 50 }]);
    const promises: Promise<unknown>[] = [];
    await using instances = await startInstances({
      streams,
      model,
      waitUntil: (promise) => void promises.push(promise),
    });
    const leave = new AbortController();
    const { signal } = leave;
    await postMessage(instances.one.api, { id, signal });
    leave.abort();
    await Promise.all(promises);
    const [run] = await soundRuns(streams, id);
    expect(run?.statuses).toEqual(['active', 'done']);
    const types: unknown[] = [];
    for await (const { items } of readPages(historyTarget(streams, id))) {
      for (const item of items) types.push(Object(item).type);
    }
    expect(types).toEqual(['message', 'message', 'run', 'checkpoint']);
  });

  it('that throws is reported, and the answer comes all the same', async () => {
    const id = nextChat();
    const model = scriptedModel([{ type: 'text', text: 'an answer' }]);
    const error = new Error('outside of a request');
    await using instances = await startInstances({
      streams,
      model,
      waitUntil: () => {
        throw error;
      },
    });
    const { one } = instances;
    const { isDone } = await chunksOf(await postMessage(one.api, { id }));
    expect(isDone).toBe(true);
    expect(one.errors[0]).toMatchObject({ chatId: id, source: 'app', error });
    expect((await readLog(streams, id)).at(-1)?.value).toMatchObject({
      status: 'done',
    });
  });
});
