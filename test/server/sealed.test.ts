import type { FinishEvent } from 'ai-durable-transport/server';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealRun } from '../../src/log/index.js';
import { allowAnyone } from '../../src/server/allow-anyone.js';
import { createContext } from '../../src/server/chat-context.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { only, startObserved } from '../support/observed-instances.js';
import { soundRuns, untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('sealed');

describe('a run that somebody else has ended', () => {
  it.each([
    ['interrupted', { isError: true, isAbort: false }],
    ['stopped', { isError: false, isAbort: true }],
  ] as const)(
    'is told to the app and to the live reader as what it was: %s',
    async (status, finish) => {
      const id = nextChat();
      const events: FinishEvent[] = [];
      const text = Array.from({ length: 1_000 }, () => 'word ');
      const model = scriptedModel([{ type: 'text', text, delayMs: 5 }]);
      await using instances = await startInstances({
        streams,
        model,
        onFinish: (event) => void events.push(event),
      });
      const { one } = instances;
      const tab = new Traveller(one, { id });
      const sent = tab.send();
      await untilLogged(streams, id, 'word');
      const chats = createContext({ streams, authorize: allowAnyone() });
      const now = (): number => Date.now() + 60_000;
      const seal = { chatId: id, status, isMeant: () => true };
      await sealRun({ ...chats, now }, seal);
      expect(await (await model.called()).ended).toBe('aborted');
      const { finishes } = await sent;
      expect(finishes).toMatchObject([finish]);
      await one.settled();
      expect(events).toMatchObject([{ chatId: id, status }]);
      expect(await soundRuns(streams, id)).toMatchObject([
        { statuses: ['active', status] },
      ]);
    },
  );

  it('is stopped for the live reader, too, where it came to its own end just then', async () => {
    const id = nextChat();
    const goOn = gate();
    const model = scriptedModel([
      { type: 'text', text: 'one' },
      { type: 'wait', until: goOn.opened },
      { type: 'text', text: 'two' },
    ]);
    await using instances = await startObserved({ streams, model });
    const { one, other } = instances;
    const tab = new Traveller(one, { id });
    const sent = tab.send();
    await untilLogged(streams, id, 'one');
    await other.chat.stop(id);
    goOn.open();
    const { finishes, statuses } = await sent;
    expect(finishes).toMatchObject([{ isAbort: true, isError: false }]);
    expect(statuses.at(-1)).toBe('ready');
    expect(await soundRuns(streams, id)).toMatchObject([
      { statuses: ['active', 'stopped'], text: 'one' },
    ]);
    await one.settled();
    expect(only(instances.told(one), 'run-ended')).toMatchObject([
      { status: 'stopped', isSealed: true, isStored: false },
    ]);
  });
});
