import { stream } from '@durable-streams/client';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headStream, historyTarget, logTarget } from '../../src/log/index.js';
import { textOf, until } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { readLog, untilLogged } from '../support/read-log.js';
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
