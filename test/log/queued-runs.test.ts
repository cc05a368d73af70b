import type { UIMessage } from 'ai';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  appendPlain,
  createStream,
  registerRun,
  sealRun,
  type ChatLog,
  type RunPlan,
} from '../../src/log/index.js';
import { messageRecord } from '../../src/protocol/index.js';
import { allowAnyone } from '../../src/server/allow-anyone.js';
import { createContext } from '../../src/server/chat-context.js';
import { readLog } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('queued');
const nextStart = sequence('start');

const chatsOf = (): ChatLog =>
  createContext({
    streams: { url: streams.url },
    authorize: allowAnyone(),
  });

/** A chat that holds one message, which agents are to answer. */
async function openChat(): Promise<string> {
  const chatId = nextChat();
  const parts = [{ type: 'text', text: 'Who?' } as const];
  const by = { parentId: null, actorId: 'ann', createdAt: 1 };
  const record = messageRecord({ id: 'm1', role: 'user', parts, ...by });
  const body = JSON.stringify([record]);
  const log = chatsOf().logOf(chatId);
  const { kind } = await createStream(log, { body });
  if (kind === 'existed') await appendPlain(log, { body });
  return chatId;
}

function planOf(chatId: string, id: string, agentId = 'left'): RunPlan {
  return {
    chatId,
    actorId: agentId,
    isQueued: true,
    messages: [
      { id: 'm1', role: 'user', parts: [{ type: 'text', text: 'Who?' }] },
    ],
    value: {
      id,
      messageId: `answer of ${id}`,
      parentId: 'm1',
      agentId,
      attempt: 1,
      leaseMs: 15_000,
      triggerId: 'm1',
      startId: nextStart(),
    },
  };
}

const register = (plans: readonly RunPlan[]) =>
  Promise.all(plans.map((plan) => registerRun(chatsOf(), plan, undefined)));

const runsIn = async (chatId: string) =>
  (await readLog(streams, chatId)).filter(({ type }) => type === 'run');

const rounds = Array.from({ length: 8 }, (_, round) => round);

describe('runs that wait their turn', () => {
  it.each(rounds)(
    'are begun by one of all that begin the same at once: round %i',
    async (round) => {
      const chatId = await openChat();
      // Some are not the agent's first: then the log names an epoch.
      if (round % 2 === 1) {
        await register([planOf(chatId, 'left~m0')]);
        const seal = {
          chatId,
          status: 'stopped',
          isMeant: () => true,
        } as const;
        await sealRun(chatsOf(), seal);
      }
      if (round % 4 > 1) {
        streams.injectFault(`/${chatId}/log`, {
          kind: 'lose-response',
          when: { method: 'POST' },
        });
      }
      const before = (await runsIn(chatId)).length;
      const all = rounds.map(() => planOf(chatId, 'left~m1'));
      const kinds = (await register(all)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'registered')).toHaveLength(1);
      expect(new Set(kinds)).toEqual(new Set(['registered', 'repeated']));
      expect(await runsIn(chatId)).toHaveLength(before + 1);
    },
  );

  it('supersede none of their agent’s, and leave other agents’ alone', async () => {
    const chatId = await openChat();
    const plans = [1, 2, 3].map((n) => planOf(chatId, `left~m${n}`));
    const others = planOf(chatId, 'right~m1', 'right');
    const registrations = await register([...plans, others]);
    const kinds = registrations.map(({ kind }) => kind);
    expect(kinds.slice(0, 3).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'busy',
      'busy',
      'registered',
    ]);
    expect(kinds[3]).toBe('registered');
    const runs = await runsIn(chatId);
    expect(runs).toHaveLength(2);
    expect(runs.map(({ value }) => value)).toMatchObject([
      { status: 'active' },
      { status: 'active' },
    ]);
  });

  it('record nothing of the conversation but the message that they go on with', async () => {
    const chatId = await openChat();
    const plan = planOf(chatId, 'left~a1~1');
    const known: UIMessage = { id: 'a0', role: 'assistant', parts: [] };
    const goneOn: UIMessage = {
      id: plan.value.messageId,
      role: 'assistant',
      parts: [{ type: 'text', text: 'So far.' }],
    };
    const messages = [known, ...plan.messages, goneOn];
    await register([{ ...plan, messages }]);
    const recorded = (await readLog(streams, chatId)).slice(1);
    expect(recorded).toMatchObject([
      {
        type: 'message',
        key: plan.value.messageId,
        value: { parentId: 'm1', actorId: 'left' },
      },
      { type: 'run', key: plan.value.id },
    ]);
  });
});
