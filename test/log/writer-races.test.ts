import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  appendOnce,
  appendPlain,
  learnEnd,
  registerRun,
  sealRun,
  type ChatLog,
  type RunPlan,
} from '../../src/log/index.js';
import { runRecord, type RunValue } from '../../src/protocol/index.js';
import { allowAnyone } from '../../src/server/allow-anyone.js';
import { createContext } from '../../src/server/chat-context.js';
import { gate } from '../support/gate.js';
import { readLog, soundRuns } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('raced');
const nextRun = sequence('run');

/** Requests that overtake one another. */
const jumbled: typeof fetch = async (input, init) => {
  const wait = (): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
  await wait();
  const response = await fetch(input, init);
  await wait();
  return response;
};

function chatsOf(options: { fetch?: typeof fetch } = {}): ChatLog {
  return createContext({
    streams: { url: streams.url, ...options },
    authorize: allowAnyone(),
  });
}

function planOf(chatId: string, id = nextRun()): RunPlan {
  const text = `question of ${id}`;
  return {
    chatId,
    actorId: 'ada',
    messages: [
      { id: `m-${id}`, role: 'user', parts: [{ type: 'text', text }] },
    ],
    value: {
      id,
      messageId: `answer-${id}`,
      parentId: `m-${id}`,
      agentId: 'assistant',
      attempt: 1,
      leaseMs: 15_000,
    },
  };
}

const stop = { status: 'stopped', isMeant: () => true } as const;

describe('several that write to one chat at once', () => {
  it.each(Array.from({ length: 12 }, (_, round) => round))(
    'leave every run with one end, and never two runs at a time: round %i',
    async () => {
      const chats = chatsOf({ fetch: jumbled });
      const chatId = nextChat();
      const plans = [1, 2, 3].map(() => planOf(chatId));
      const registrations = await Promise.all([
        ...plans.map((plan) => registerRun(chats, plan, undefined)),
        sealRun(chats, { ...stop, chatId }).then(() => undefined),
        sealRun(chats, { ...stop, chatId }).then(() => undefined),
      ]);
      const kinds = registrations.map((registration) => registration?.kind);
      expect(kinds.slice(0, 3)).toEqual(Array(3).fill('registered'));
      await sealRun(chats, { ...stop, chatId });
      expect(await soundRuns(streams, chatId)).toHaveLength(3);
      const records = await readLog(streams, chatId);
      const statuses = records.flatMap((record) =>
        record.type === 'run' ? [record.value.status] : [],
      );
      const pairs = ['active', 'stopped'];
      expect(statuses).toEqual([...pairs, ...pairs, ...pairs]);
      const asked = records.filter(({ type }) => type === 'message');
      expect(asked).toHaveLength(3);
    },
  );

  // A log that was made and had nothing in it yet: two runs answered one question.
  it('begin the first run of a log one after the other, though both found it empty', async () => {
    const chatId = nextChat();
    const [found, begun] = [gate(), gate()];
    const isPost = (init?: RequestInit): boolean => init?.method === 'POST';
    const first = registerRun(
      chatsOf({
        fetch: async (input, init) => {
          if (isPost(init)) await found.opened;
          const response = await fetch(input, init);
          if (isPost(init)) begun.open();
          return response;
        },
      }),
      planOf(chatId, 'first'),
      undefined,
    );
    const late: typeof fetch = async (input, init) => {
      if (isPost(init)) {
        found.open();
        await begun.opened;
      }
      return fetch(input, init);
    };
    const second = await registerRun(
      { ...chatsOf({ fetch: late }), now: () => Date.now() + 1_000 },
      planOf(chatId, 'second'),
      undefined,
    );
    expect((await first).kind).toBe('registered');
    expect(second.kind).toBe('registered');
    await sealRun(chatsOf(), { ...stop, chatId });
    const runs = await soundRuns(streams, chatId);
    expect(runs.map(({ statuses }) => statuses)).toEqual([
      ['active', 'stopped'],
      ['active', 'stopped'],
    ]);
  });

  // A streams server died between a start and its note of who wrote it. The start
  // was found in the log, and nothing that followed it was taken.
  it('go on with a start that the streams server has, but not its writer', async () => {
    const chatId = nextChat();
    const [torn, passed] = [gate(), gate()];
    const isPost = (init?: RequestInit): boolean => init?.method === 'POST';
    const older = registerRun(
      chatsOf({
        fetch: async (input, init) => {
          if (isPost(init)) await torn.opened;
          const response = await fetch(input, init);
          if (isPost(init)) passed.open();
          return response;
        },
      }),
      planOf(chatId, 'older'),
      undefined,
    );
    let tries = 0;
    const tearing: typeof fetch = async (input, init) => {
      if (!isPost(init)) return fetch(input, init);
      tries += 1;
      if (tries > 1) {
        await passed.opened;
        return fetch(input, init);
      }
      const headers = { 'content-type': 'application/json' };
      await fetch(input, { ...init, headers });
      torn.open();
      throw new TypeError('The streams server is gone.');
    };
    const chats = chatsOf({ fetch: tearing });
    const newer = await registerRun(
      { ...chats, now: () => Date.now() + 1_000 },
      planOf(chatId, 'newer'),
      undefined,
    );
    if (newer.kind !== 'registered') throw new Error(newer.kind);
    expect((await older).kind).toBe('registered');
    const { agentId: id, epoch } = newer.value;
    const next = await appendOnce(chats.logOf(chatId), {
      producer: { id, epoch, seq: 1 },
      body: JSON.stringify([runRecord({ ...newer.value, status: 'done' })]),
    });
    expect(next.kind).toBe('accepted');
  });

  it('seal once, whoever else seals, also where the answer is lost', async () => {
    const chatId = nextChat();
    const plan = planOf(chatId);
    await registerRun(chatsOf(), plan, undefined);
    streams.injectFault(`/${chatId}/log`, {
      kind: 'lose-response',
      when: { method: 'POST' },
    });
    const seals = Array.from({ length: 4 }, () =>
      sealRun(chatsOf(), { ...stop, chatId }),
    );
    const sealed = await Promise.all(seals);
    expect(sealed.filter((run) => run !== undefined)).toMatchObject([
      { id: plan.value.id, status: 'stopped' },
    ]);
    expect(await soundRuns(streams, chatId)).toHaveLength(1);
  });
});

describe('a writer that was fenced off', () => {
  const active: RunValue = {
    ...planOf('').value,
    id: 'older',
    epoch: 1,
    status: 'active',
    at: 1,
  };

  it.each(['stopped', 'interrupted'] as const)(
    'learns from the log that its run was %s',
    async (status) => {
      const chats = chatsOf();
      const chatId = nextChat();
      await registerRun(chats, planOf(chatId, 'older'), undefined);
      const now = (): number => Date.now() + 60_000;
      await sealRun({ ...chats, now }, { ...stop, status, chatId });
      const before = await readLog(streams, chatId);
      expect(await learnEnd(chats, chatId, 'older')).toBe(status);
      expect(await readLog(streams, chatId)).toEqual(before);
    },
  );

  it('writes its own end where the newer run did not know of it', async () => {
    const chats = chatsOf();
    const chatId = nextChat();
    await registerRun(chats, planOf(chatId, 'older'), undefined);
    const newer = { ...active, id: 'newer', epoch: Date.now() + 1 };
    const body = JSON.stringify([runRecord(newer)]);
    await appendPlain(chats.logOf(chatId), { body });
    expect(await learnEnd(chats, chatId, 'older')).toBe('stopped');
    expect((await readLog(streams, chatId)).at(-1)).toMatchObject({
      key: 'older',
      value: { status: 'stopped' },
    });
  });

  it('takes a chat that is gone for a stop', async () => {
    expect(await learnEnd(chatsOf(), nextChat(), 'older')).toBe('stopped');
  });
});
