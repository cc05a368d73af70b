import { AsyncLocalStorage } from 'node:async_hooks';
import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import {
  afterAll,
  beforeAll,
  describe,
  expect,
  it,
  onTestFinished,
  vi,
} from 'vitest';
import { createContext } from '../../src/server/chat-context.js';
import { textOf } from '../support/chat-client.js';
import { Traveller } from '../support/journey.js';
import { only, startObserved } from '../support/observed-instances.js';
import { postMessage } from '../support/post-message.js';
import { soundRuns } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { serve } from '../support/serve.js';
import { echo, spoken } from '../support/session-app.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('listened');

const hello = () => scriptedModel([{ type: 'text', text: 'Hello, world' }]);

describe('an onEvent', () => {
  it.each([
    [
      'throws',
      (error: Error) => {
        throw error;
      },
    ],
    ['rejects', (error: Error) => Promise.reject(error)],
    ['never ends', () => new Promise(() => undefined)],
  ])(
    'that %s harms no answer, and is told of once a type',
    async (how, react) => {
      const id = nextChat();
      const error = new Error('no room for this');
      await using instances = await startObserved({
        streams,
        model: hello(),
        // CAST: what its type forbids, an app may do.
        onEvent: () => react(error) as never,
      });
      const { one } = instances;
      const { messages, errors } = await new Traveller(one, { id }).send();
      await one.settled();
      expect(errors).toEqual([]);
      expect(textOf(messages[1])).toBe('Hello, world');
      const runs = await soundRuns(streams, id);
      expect(runs).toMatchObject([{ statuses: ['active', 'done'] }]);
      const events = instances.told(one);
      const [{ runId } = { runId: '' }] = only(events, 'run-started');
      const types = new Set(events.map(({ type }) => type));
      expect(only(events, 'append-stored').length).toBeGreaterThan(1);
      const isToBeTold = how !== 'never ends';
      expect(one.errors).toHaveLength(isToBeTold ? types.size : 0);
      if (!isToBeTold) return;
      expect(one.errors[0]).toEqual({
        chatId: id,
        runId,
        source: 'app',
        error,
      });
    },
  );

  it('that is absent costs no more than to see that', () => {
    const open = { streams, authorize: allowAnyone() };
    const context = createContext(open);
    expect(context.tell).toBeUndefined();
    expect(context.store).toBeUndefined();
    expect(context.logOf('a').watch).toBeUndefined();
    expect(context.blobsOf('a').index.watch).toBeUndefined();
    const heard = createContext({ ...open, onEvent: () => undefined });
    expect(heard.logOf('a').watch).toBeDefined();
  });
});

describe('aroundRespond', () => {
  it('has respond called inside of it, of the run that it is told of', async () => {
    const id = nextChat();
    const around = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    await using instances = await startObserved({
      streams,
      aroundRespond: ({ runId, agentId }, respond) =>
        around.run(`${agentId} ${runId}`, respond),
      respond: async ({ runId }) => {
        await Promise.resolve();
        seen.push([runId, around.getStore()]);
        return spoken(['Hello']);
      },
    });
    const { one } = instances;
    await new Traveller(one, { id }).send();
    const [{ runId } = { runId: '' }] = only(
      instances.told(one),
      'run-started',
    );
    expect(seen).toEqual([[runId, `assistant ${runId}`]]);
  });

  it('is round the agents of a session, too', async () => {
    const id = nextChat();
    const around = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const helper = echo('helper');
    await using instances = await startInstances({
      streams,
      aroundRespond: ({ agentId }, respond) => around.run(agentId, respond),
      agents: {
        helper: {
          ...helper,
          respond: (context) => {
            seen.push(around.getStore());
            return helper.respond(context);
          },
        },
      },
    });
    await postMessage(instances.one.api, { id });
    await vi.waitUntil(() => seen.length > 0, 20_000);
    expect(seen).toEqual(['helper']);
  });

  it.each<[how: string, around: (respond: () => Promise<never>) => unknown]>([
    [
      'throws before',
      () => {
        throw new Error('no span');
      },
    ],
    [
      'throws after',
      (respond) => {
        void respond();
        throw new Error('no span');
      },
    ],
    [
      'rejects',
      async (respond) => {
        await respond();
        throw new Error('no span');
      },
    ],
    ['calls it twice', (respond) => respond().then(respond)],
    ['does not call it', () => undefined],
    ['calls it too late', (respond) => Promise.resolve().then(respond)],
  ])('that %s has the answer made once, all the same', async (how, around) => {
    const id = nextChat();
    const respond = vi.fn<() => ReadableStream<object>>(() =>
      spoken(['Hello']),
    );
    await using instances = await startInstances({
      streams,
      respond,
      // CAST: what its type forbids, an app may do.
      aroundRespond: ((_: unknown, inner: () => Promise<never>) =>
        around(inner)) as never,
    });
    const { one } = instances;
    const { messages } = await new Traveller(one, { id }).send();
    await one.settled();
    expect(textOf(messages[1])).toBe('Hello');
    expect(respond).toHaveBeenCalledOnce();
    const isFailure = /throws|rejects/.test(how);
    expect(one.errors).toMatchObject(
      isFailure
        ? [{ chatId: id, source: 'app', error: { message: 'no span' } }]
        : [],
    );
  });

  it('lets through what respond throws, told once as what it is', async () => {
    const errors: unknown[] = [];
    const chat = createDurableChat({
      streams,
      authorize: allowAnyone(),
      onError: (error, { source }) => void errors.push([source, error]),
      aroundRespond: async (_, respond) => respond(),
    });
    const handle = chat.wrap(() => {
      // As some frameworks have it.
      // oxlint-disable-next-line typescript/only-throw-error
      throw new Response('no', { status: 402 });
    });
    const served = await serve(handle);
    onTestFinished(() => served.close());
    const id = nextChat();
    const { status } = await postMessage(`${served.url}/api/chat`, { id });
    expect(status).toBe(402);
    expect(errors).toEqual([]);
  });
});
