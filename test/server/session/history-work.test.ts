import type { AgentContext } from 'ai-durable-transport/server';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createStream,
  deleteStream,
  historyTarget,
  logTarget,
} from '../../../src/log/index.js';
import {
  agentRecord,
  encodeChunkRecord,
  messageRecord,
  runRecord,
  type RunValue,
} from '../../../src/protocol/index.js';
import { bytesOf, meteredFetch } from '../../support/metered-fetch.js';
import { sequence } from '../../support/sequence.js';
import {
  authorizeByHeader,
  echo,
  post,
  says,
  spoken,
} from '../../support/session-app.js';
import { SessionTab } from '../../support/session-tab.js';
import { startAsking } from '../../support/start-asking.js';
import { startInstances } from '../../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('history-work');

const MANY_WORDS = 'word '.repeat(200);

/** An instance of which the agents are others than those that worked before. */
const startOther = () =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { other: echo('other') },
  });

/** Has another agent speak at length, so that the history holds all till then. */
async function coverWithHistory(chatId: string): Promise<void> {
  await using instances = await startOther();
  const { one } = instances;
  const at = { api: one.api, chatId };
  await using tab = await SessionTab.open(at);
  await post(at, 'messages', { message: says('cover', MANY_WORDS) });
  await tab.until((all) =>
    all
      .runs()
      .some(({ id, status }) => id === 'other~cover' && status === 'done'),
  );
  await one.settled();
}

describe('what is to be done in a session of which only the history is read', () => {
  it('goes on with a message whose call was answered meanwhile', async () => {
    const chatId = nextChat();
    const sent: string[] = [];
    const asking = await startAsking(streams, sent);
    const at = { api: asking.one.api, chatId };
    {
      await using tab = await SessionTab.open(at);
      await post(at, 'messages', { message: says('m1', 'Send it.') });
      await tab.untilIdle(1);
    }
    await asking[Symbol.asyncDispose]();
    const approvalId = await (async () => {
      await using instances = await startOther();
      const there = { api: instances.one.api, chatId };
      await using tab = await SessionTab.open(there);
      await tab.untilIdle(1);
      const id = /"approval":\{"id":"([^"]+)"/.exec(
        JSON.stringify(await tab.messages()),
      )?.[1];
      const said = { approvalId: id, approved: true };
      expect((await post(there, 'answers', said)).status).toBe(200);
      return id;
    })();
    // What is written now has seen the answer.
    await deleteStream(historyTarget(streams, chatId));
    await coverWithHistory(chatId);
    const meter = meteredFetch();
    await using late = await startAsking(streams, sent, {
      streams: { url: streams.url, fetch: meter.fetch },
    });
    const there = { api: late.one.api, chatId };
    await using tab = await SessionTab.open(there);
    await tab.until(({ events }) => events.length > 0);
    expect(bytesOf(meter.take(), 'GET log')).toBeLessThan(1_500);
    const answered = tab.records.find(({ type }) => type === 'answer');
    expect(answered?.key).toBe(approvalId);
    await tab.until(async (all) =>
      (await all.texts()).some((text) => text.includes('All done.')),
    );
    expect(sent).toEqual(['Ada']);
  });

  it('goes on from the last completed step of a run that was left', async () => {
    const chatId = nextChat();
    await createStream(logTarget(streams, chatId), {
      body: `[${interruptedRun().join()}]`,
    });
    await coverWithHistory(chatId);
    const given: number[] = [];
    const again = {
      ...echo('echo'),
      respond: ({ messages }: AgentContext) => {
        given.push(messages.at(-1)?.parts.length ?? 0);
        return spoken(['and', 'step', 'two']);
      },
    };
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { echo: again },
      onInterrupted: 'restart',
    });
    await using tab = await SessionTab.open({ api: instances.one.api, chatId });
    await tab.until((all) => all.runs().some(({ id }) => id === 'echo~m1~r2'));
    await tab.until(
      async (all) => (await all.texts())[1]?.includes('two') === true,
    );
    expect(await tab.texts()).toMatchObject({ 1: 'step oneand step two' });
    expect(given).toEqual([2]);
  });

  it('is told of a run that a plain client asks for again', async () => {
    const chatId = nextChat();
    await coverWithHistory(chatId);
    await using instances = await startOther();
    const response = await fetch(instances.one.api, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-actor': 'ann' },
      body: JSON.stringify({
        id: chatId,
        messages: [says('cover', MANY_WORDS)],
        trigger: 'submit-message',
      }),
    });
    const body = await response.text();
    expect(body.split('"delta":" word"')).toHaveLength(201);
    expect(body).toContain('[DONE]');
  });

  it('begins anew where the log was lost', async () => {
    const chatId = nextChat();
    await coverWithHistory(chatId);
    await deleteStream(logTarget(streams, chatId));
    await using instances = await startOther();
    const { one, other } = instances;
    {
      const at = { api: one.api, chatId };
      await using tab = await SessionTab.open(at);
      await post(at, 'messages', { message: says('m1', 'anew') });
      await tab.untilIdle(1);
      expect(await tab.texts()).toEqual(['anew', 'other hears anew']);
      await one.settled();
    }
    await using tab = await SessionTab.open({ api: other.api, chatId });
    await tab.untilIdle(1);
    expect(await tab.texts()).toEqual(['anew', 'other hears anew']);
  });
});

/** A run that was cut off in its second step, and sealed. */
function interruptedRun(): string[] {
  const run: RunValue = {
    id: 'echo~m1',
    messageId: 'a1',
    parentId: 'm1',
    agentId: 'echo',
    epoch: 1,
    attempt: 1,
    status: 'active',
    at: 1,
    leaseMs: 1_000,
    triggerId: 'm1',
  };
  const text = (id: string, delta: string) => [
    { type: 'start-step' },
    { type: 'text-start', id },
    { type: 'text-delta', id, delta },
  ];
  const chunks = [
    { type: 'start', messageId: 'a1' },
    ...text('t1', 'step one'),
    { type: 'text-end', id: 't1' },
    { type: 'finish-step' },
    ...text('t2', 'half'),
  ].map((chunk) => JSON.stringify(chunk));
  const head = { runId: run.id, messageId: 'a1', actorId: 'echo', seq: 0 };
  const by = { parentId: null, actorId: 'ann', createdAt: 1 };
  return [
    JSON.stringify(
      agentRecord({ id: 'echo', name: 'echo', triggers: 'user-messages' }),
    ),
    JSON.stringify(messageRecord({ ...says('m1', 'one'), ...by })),
    JSON.stringify(runRecord(run)),
    encodeChunkRecord(head, chunks),
    JSON.stringify(runRecord({ ...run, status: 'interrupted' })),
  ];
}
