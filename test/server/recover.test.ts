import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createStream,
  headStream,
  historyTarget,
  logTarget,
} from '../../src/log/index.js';
import {
  messageRecord,
  runRecord,
  type RunValue,
} from '../../src/protocol/index.js';
import { textOf } from '../support/chat-client.js';
import { Traveller } from '../support/journey.js';
import { leaveActiveRun, leaveLongChat } from '../support/long-chat.js';
import { meteredFetch } from '../support/metered-fetch.js';
import { soundRuns } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('recovered');

const dead: RunValue = {
  id: 'run-1',
  messageId: 'answer-1',
  parentId: 'question-1',
  agentId: 'assistant',
  epoch: 1,
  attempt: 1,
  status: 'active',
  at: Date.now() - 60_000,
  leaseMs: 15_000,
};

async function leaveDeadRun(id: string, value: RunValue): Promise<void> {
  const question = messageRecord({
    id: 'question-1',
    role: 'user',
    parts: [{ type: 'text', text: 'anybody there?' }],
    parentId: null,
    actorId: 'ada',
    createdAt: value.at,
  });
  const body = JSON.stringify([question, runRecord(value)]);
  await createStream(logTarget(streams, id), { body });
}

describe('recover', () => {
  it('ends a run whose writer died, and completes the history', async () => {
    const id = nextChat();
    await leaveDeadRun(id, dead);
    await using instances = await startInstances({ streams });
    const { one } = instances;
    await one.chat.recover(id);
    expect(await soundRuns(streams, id)).toMatchObject([
      { id: 'run-1', statuses: ['active', 'interrupted'] },
    ]);
    const history = await headStream(historyTarget(streams, id));
    expect(history.exists).toBe(true);
    const { messages, activeRunId } = await one.chat.load(id);
    expect(messages.map(textOf)).toEqual(['anybody there?']);
    expect(activeRunId).toBeNull();
  });

  it('by several at once ends it once', async () => {
    const id = nextChat();
    await leaveDeadRun(id, dead);
    await using instances = await startInstances({ streams }, 6);
    await Promise.all(instances.all.map(({ chat }) => chat.recover(id)));
    expect(await soundRuns(streams, id)).toHaveLength(1);
  });

  it('leaves a run alone that is alive', async () => {
    const id = nextChat();
    await leaveDeadRun(id, { ...dead, at: Date.now() });
    await using instances = await startInstances({ streams });
    await instances.one.chat.recover(id);
    expect((await instances.one.chat.load(id)).activeRunId).toBe('run-1');
  });

  it('is not needed by the next message: that ends the dead run itself', async () => {
    const id = nextChat();
    await leaveDeadRun(id, dead);
    const model = scriptedModel([{ type: 'text', text: 'here I am' }]);
    await using instances = await startInstances({ streams, model });
    const { one } = instances;
    await new Traveller(one, { id }).send();
    await one.settled();
    const runs = await soundRuns(streams, id);
    expect(runs.map(({ statuses }) => statuses.at(-1))).toEqual([
      'interrupted',
      'done',
    ]);
  });
});

describe('recover of many chats', () => {
  const lack = { turns: 2, tokens: 10, hasHistory: false };
  const whole = { turns: 2, tokens: 10 };
  const some = (count: number): string[] =>
    Array.from({ length: count }, () => nextChat());

  it('ends what is dead, completes what lacks something, and tells', async () => {
    const [deadChats, lacking, wholes] = [some(5), some(5), some(5)];
    for (const id of deadChats) await leaveDeadRun(id, dead);
    for (const id of lacking) await leaveLongChat(streams, id, lack);
    for (const id of wholes) await leaveLongChat(streams, id, whole);
    const alive = nextChat();
    await leaveLongChat(streams, alive, whole);
    await leaveActiveRun(streams, alive, { turn: 3, tokens: 10 });
    const broken = nextChat();
    streams.injectFault(`/${broken}/history`, {
      kind: 'status',
      status: 403,
      times: Infinity,
    });
    await using instances = await startInstances({ streams });
    const { one } = instances;
    const chatIds = ['no/id', broken, ...deadChats, ...lacking, ...wholes];
    const report = await one.chat.recover([...chatIds, alive, 'unheard-of']);
    const sorted = [...report.completed].sort();
    expect({ ...report, completed: sorted }).toEqual({
      chats: 19,
      ended: expect.arrayContaining(
        deadChats.map((chatId) => ({ chatId, runId: 'run-1' })),
      ),
      completed: [...deadChats, ...lacking].sort(),
      failed: [
        {
          chatId: 'no/id',
          error: expect.objectContaining({ code: 'invalid-chat-id' }),
        },
        {
          chatId: broken,
          error: expect.objectContaining({ code: 'forbidden' }),
        },
      ],
    });
    expect(report.ended).toHaveLength(5);
    for (const id of deadChats) await soundRuns(streams, id);
    expect((await one.chat.load(alive)).activeRunId).toBe('run-00003');
    expect(one.errors).toEqual([]);
    // What it did is done.
    const again = await one.chat.recover(chatIds);
    expect(again).toMatchObject({ chats: 17, ended: [], completed: [] });
    expect(again.failed).toHaveLength(2);
  });

  it('asks two requests of a chat that lacks nothing, and writes nothing', async () => {
    const chatIds = some(4);
    for (const id of chatIds) await leaveLongChat(streams, id, whole);
    const meter = meteredFetch();
    await using instances = await startInstances({
      streams: { url: streams.url, fetch: meter.fetch },
    });
    await instances.one.chat.recover(chatIds);
    const names = meter.take().map(({ name }) => name);
    expect(names.toSorted()).toEqual([
      ...chatIds.map(() => 'GET history'),
      ...chatIds.map(() => 'GET log'),
    ]);
  });

  it('looks at so many at once, and at no more', async () => {
    const chatIds = some(12);
    const underWay = new Set<string>();
    const seen: number[] = [];
    const watched: typeof fetch = async (input, init) => {
      const url = input instanceof Request ? input.url : input.toString();
      const id = new URL(url).pathname.split('/')[1] ?? '';
      underWay.add(id);
      seen.push(underWay.size);
      const response = await fetch(input, init);
      // The log is read last.
      if (url.includes('/log')) underWay.delete(id);
      return response;
    };
    await using instances = await startInstances({
      streams: { url: streams.url, fetch: watched },
    });
    const options = { concurrency: 3 };
    const { chats } = await instances.one.chat.recover(chatIds, options);
    expect(chats).toBe(12);
    expect(Math.max(...seen)).toBe(3);
  });

  it('by two processes at once ends each run once, and leaves the same', async () => {
    const chatIds = some(12);
    for (const id of chatIds) await leaveDeadRun(id, dead);
    await using instances = await startInstances({ streams });
    const reports = await Promise.all(
      instances.all.map(({ chat }) => chat.recover(chatIds)),
    );
    const ended = reports.flatMap((report) => report.ended);
    expect(ended.map(({ chatId }) => chatId).toSorted()).toEqual(
      chatIds.toSorted(),
    );
    expect(reports.flatMap(({ failed }) => failed)).toEqual([]);
    for (const id of chatIds) {
      await soundRuns(streams, id);
      const { messages } = await instances.one.chat.load(id);
      expect(messages.map(textOf)).toEqual(['anybody there?']);
    }
    const again = await instances.one.chat.recover(chatIds);
    expect(again).toEqual({ chats: 12, ended: [], completed: [], failed: [] });
  });

  it('takes them as they come, and finishes what it has begun', async () => {
    const [first = '', second = ''] = some(2);
    await leaveDeadRun(first, dead);
    await leaveDeadRun(second, dead);
    const broken = new Error('The database is away.');
    const asTheyCome = async function* (): AsyncGenerator<string> {
      yield first;
      await Promise.resolve();
      throw broken;
    };
    await using instances = await startInstances({ streams });
    const { one } = instances;
    await expect(one.chat.recover(asTheyCome())).rejects.toBe(broken);
    await soundRuns(streams, first);
    const signal = AbortSignal.abort();
    const report = await one.chat.recover([second], { signal });
    expect(report.chats).toBe(0);
    expect((await one.chat.recover(new Set([second]))).ended).toHaveLength(1);
  });
});
