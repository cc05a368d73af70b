import {
  convertToModelMessages,
  stepCountIs,
  streamText,
  tool,
  type LanguageModel,
  type UIMessage,
} from 'ai';
import type { RespondContext } from 'ai-durable-transport/server';
import {
  scriptedModel,
  startStreams,
  type CallScript,
  type ModelAction,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { until } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { probeProvider, type ProviderName } from '../support/paired-calls.js';
import { untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances, type Instance } from '../support/start-instances.js';
import { hasText } from '../support/tabs.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('over');

const call = {
  type: 'tool-call',
  toolName: 'search',
  toolCallId: 'call_1',
  input: { query: 'a long question, in many pieces' },
} as const;

/** A call at the moment of the stop: as it comes, and as it is carried out. */
const moments: Record<string, { script: CallScript; state: string }> = {
  'while its input comes': {
    script: [{ ...call, pieces: 200, delayMs: 25 }],
    state: 'input-streaming',
  },
  'while it is carried out': { script: [call], state: 'input-available' },
  'while it is carried out, beside one that is done': {
    script: [{ ...call, toolName: 'look', toolCallId: 'call_0' }, call],
    state: 'input-available',
  },
};

const providers = ['openai chat', 'openai responses', 'anthropic'] as const;
const cases = Object.keys(moments).flatMap((moment) =>
  (['client', 'server'] as const).map((history) => ({ moment, history })),
);

describe('a tool call that was stopped', () => {
  it.each(cases)(
    '[A26] is settled, and every provider takes the next turn: $moment, history of the $history',
    async ({ moment, history }) => {
      const { script = [], state } = moments[moment] ?? {};
      const probes = new Map(providers.map((n) => [n, probeProvider(n)]));
      const model = scriptedModel(script);
      await using instances = await startInstances({
        streams,
        history,
        respond: (context) =>
          respondWith(probes.get(asked(context))?.model ?? model, context),
      });
      for (const name of providers) {
        const tab = await stopped(instances.one, instances.other, state);
        await tab.send(name);
        const { calls, results } = probes.get(name)?.pairs() ?? {};
        expect({ name, calls }).toMatchObject({ name, calls: results });
        expect(calls).toContain('call_1');
      }
    },
  );
});

/** The provider that is to answer, as the newest message names it. */
function asked({ messages }: RespondContext): ProviderName {
  const [part] = messages.at(-1)?.parts ?? [];
  // CAST: any other text finds no provider.
  return (part?.type === 'text' ? part.text : '') as ProviderName;
}

async function respondWith(
  model: LanguageModel,
  { messages, abortSignal }: RespondContext,
) {
  const inputSchema = z.object({ query: z.string() });
  const tools = {
    look: tool({ inputSchema, execute: async () => 'seen' }),
    search: tool({ inputSchema, execute: () => gate().opened }),
  };
  return streamText({
    model,
    tools,
    messages: await convertToModelMessages(messages, { tools }),
    stopWhen: stepCountIs(2),
    maxRetries: 0,
    abortSignal,
    // The default writes to the console, and the probe always fails.
    onError: () => undefined,
  });
}

/** A tab whose first answer was stopped at that state of the call. */
async function stopped(
  here: Instance,
  there: Instance,
  state: string | undefined,
): Promise<Traveller> {
  const id = nextChat();
  const tab = new Traveller(here, { id });
  const sent = tab.send();
  await until(tab.tab, ({ messages }) =>
    partsOf(messages.at(-1)).some(
      (part) =>
        'toolCallId' in part &&
        part.toolCallId === 'call_1' &&
        part.state === state,
    ),
  );
  await tab.tab.transport.stop({ chatId: id });
  await sent;
  await here.settled();
  const { messages } = await there.chat.load(id);
  expect(partsOf(messages[1]).at(-1)).toMatchObject({ state: 'output-error' });
  expect(partsOf(messages[1])).toEqual(tab.journey().messages[1]?.parts);
  return tab;
}

function partsOf(message: UIMessage | undefined): UIMessage['parts'] {
  return message?.parts ?? [];
}

describe('a chat whose answer was stopped', () => {
  const talk: CallScript = [
    { type: 'text', text: 'well ' },
    { type: 'wait', until: gate().opened } satisfies ModelAction,
  ];

  it('[A27] is not resumed by a reload, nor by the tab itself', async () => {
    const id = nextChat();
    const model = scriptedModel(talk);
    await using instances = await startInstances({ streams, model });
    const { one, other } = instances;
    const tab = new Traveller(one, { id });
    const sent = tab.send();
    await until(tab.tab, hasText('well'));
    await tab.tab.transport.stop({ chatId: id });
    await sent;
    const seen = tab.journey();
    const { statuses, finishes } = await tab.resume();
    expect(statuses).toEqual(seen.statuses);
    expect(finishes).toEqual(seen.finishes);
    for (const instance of [one, other]) {
      const page = new Traveller(instance, { id });
      const loaded = await page.tab.transport.load({ chatId: id });
      expect(loaded.activeRunId).toBeNull();
      expect(loaded.messages).toEqual(seen.messages);
      page.tab.chat.messages = loaded.messages;
      const after = await page.resume();
      expect(after.statuses).toEqual(['ready']);
      expect(after.finishes).toEqual([]);
      expect(after.messages).toEqual(seen.messages);
    }
    expect(model.calls).toHaveLength(1);
  });

  it('[A28] is not answered automatically by the other tab', async () => {
    const id = nextChat();
    const model = scriptedModel(talk);
    await using instances = await startInstances({ streams, model });
    const { one, other } = instances;
    const first = new Traveller(one, { id });
    const sent = first.send();
    await untilLogged(streams, id, 'well');
    const posts: unknown[] = [];
    const second = new Traveller(other, {
      id,
      init: {
        messages: first.tab.chat.messages.slice(0, 1),
        sendAutomaticallyWhen: () => true,
      },
      transport: {
        prepareSendMessagesRequest: (request) => {
          posts.push(request);
          return { body: {} };
        },
      },
    });
    const followed = second.resume();
    await until(second.tab, hasText('well'));
    await first.tab.transport.stop({ chatId: id });
    await Promise.all([sent, followed]);
    const { finishes, statuses, errors } = second.journey();
    expect(finishes).toMatchObject([{ isAbort: true, isError: false }]);
    expect(statuses.at(-1)).toBe('ready');
    expect(errors).toEqual([]);
    expect(posts).toEqual([]);
    expect(model.calls).toHaveLength(1);
  });

  it.each(['in the call', 'before the call answers'])(
    'goes on with the next message after a stop before the first chunk: %s',
    async (moment) => {
      const id = nextChat();
      const model = scriptedModel(async ({ index }) => {
        if (index > 0) return [{ type: 'text', text: 'welcome back' }];
        if (moment === 'before the call answers') await gate().opened;
        return [{ type: 'wait', until: gate().opened }];
      });
      await using instances = await startInstances({ streams, model });
      const tab = new Traveller(instances.one, { id });
      const sent = tab.send();
      await model.called();
      await tab.tab.transport.stop({ chatId: id });
      await sent;
      const { messages, errors } = await tab.send('again');
      expect(errors).toEqual([]);
      expect(messages.at(-1)?.parts).toContainEqual({
        type: 'text',
        text: 'welcome back',
        state: 'done',
      });
      await instances.one.settled();
      const { messages: loaded } = await instances.other.chat.load(id);
      expect(loaded.filter(({ role }) => role === 'user')).toHaveLength(2);
    },
  );
});
