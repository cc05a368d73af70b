import { stream } from '@durable-streams/client';
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
import { textOf, until } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { readLog, soundRuns, untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';
import { hasText } from '../support/tabs.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('routed');

const talk = [
  { type: 'text', text: 'well' },
  { type: 'wait', until: gate().opened },
] as const;

describe('the log route', () => {
  it.each(['long-poll', 'sse'] as const)(
    'can be followed by any Durable Streams client: %s',
    async (live) => {
      const id = nextChat();
      const goOn = gate();
      const model = scriptedModel([
        { type: 'text', text: 'one half' },
        { type: 'wait', until: goOn.opened },
        { type: 'text', text: ' and the other' },
      ]);
      await using instances = await startInstances({ streams, model });
      const { one } = instances;
      const tab = new Traveller(one, { id });
      const sent = tab.send();
      await until(tab.tab, hasText('half'));
      await untilLogged(streams, id, 'half');
      const url = `${one.api}/${id}/log`;
      const followed = await stream({ url, live, json: true, offset: '-1' });
      followed.closed.catch(() => undefined);
      const seen: unknown[] = [];
      const isDone = new Promise<void>((resolve) => {
        followed.subscribeJson(({ items }) => {
          seen.push(...items);
          if (JSON.stringify(items).includes('"status":"done"')) resolve();
        });
      });
      goOn.open();
      await sent;
      await isDone;
      followed.cancel();
      expect(seen).toMatchObject(await readLog(streams, id));
    },
  );

  it('of a chat that is not there is 404', async () => {
    await using instances = await startInstances({ streams });
    const { one } = instances;
    expect((await fetch(`${one.api}/${nextChat()}/log`)).status).toBe(404);
  });
});

describe('delete', () => {
  it.each(['this instance', 'another instance'])(
    'removes log and history, and ends what runs on %s',
    async (place) => {
      const id = nextChat();
      const model = scriptedModel(({ index }) =>
        index === 0 ? talk : [{ type: 'text', text: 'a new beginning' }],
      );
      await using instances = await startInstances({
        streams,
        model,
        leaseMs: 300,
      });
      const { one, other } = instances;
      const tab = new Traveller(one, { id });
      const sent = tab.send();
      await until(tab.tab, hasText('well'));
      await untilLogged(streams, id, 'well');
      const { api } = place === 'this instance' ? one : other;
      const response = await fetch(`${api}/${id}`, { method: 'DELETE' });
      expect(response.status).toBe(204);
      expect(await (await model.called()).ended).toBe('aborted');
      expect((await sent).statuses.at(-1)).toBe('ready');
      await one.settled();
      for (const target of [
        logTarget(streams, id),
        historyTarget(streams, id),
      ]) {
        expect((await headStream(target)).exists).toBe(false);
      }
      expect(await other.chat.load(id)).toEqual({
        messages: [],
        cursor: null,
        activeRunId: null,
      });
      tab.tab.chat.messages = [];
      const { messages } = await tab.send('again');
      expect(messages.map(textOf)).toEqual(['again', 'a new beginning']);
      await one.settled();
      expect((await other.chat.load(id)).messages).toEqual(messages);
    },
  );

  it('of a chat that is not there is 204, too', async () => {
    await using instances = await startInstances({ streams });
    const url = `${instances.one.api}/${nextChat()}`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
  });
});

describe('recover', () => {
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
