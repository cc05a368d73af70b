import {
  startStreams,
  type FaultScript,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asReplayed } from '../support/as-replayed.js';
import { act, goesOn, rests, shows, type Deed } from '../support/asked-user.js';
import { until } from '../support/chat-client.js';
import { Traveller, type Journey } from '../support/journey.js';
import { untilLog } from '../support/read-log.js';
import { pages, reloadInContinuation } from '../support/reloaded-page.js';
import { openScene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';
import { thinned } from '../support/thinned.js';
import { toolAnswer } from '../support/tool-answer.js';
import { findToolPart, toolPartOf } from '../support/tool-part.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('continued');

/** Between which events of a replay it may be cut. */
const every = thinned(Array.from({ length: 24 }, (_, index) => index));

describe('a page that is reloaded while an answer goes on after its tool', () => {
  it.each(Object.entries(pages))(
    '[A16] shows the parts before the tool too: messages %s',
    async (_, page) => {
      const { stayed, reloaded } = await reloadInContinuation(streams, {
        id: nextChat(),
        deed: 'answers',
        page,
      });
      expect(reloaded.messages).toEqual(stayed.messages);
      expect(reloaded.errors).toEqual([]);
      expect(reloaded.finishes).toHaveLength(1);
      expect(stayed.messages[1]?.parts.map(({ type }) => type)).toEqual([
        'step-start',
        'reasoning',
        'text',
        'tool-askUser',
        'step-start',
        'text',
        'text',
      ]);
    },
  );

  it.each(['grants', 'denies'] as const)(
    '[A17] shows the call settled once where the user %s it',
    async (deed) => {
      for (const page of Object.values(pages)) {
        const id = nextChat();
        const { stayed, reloaded, answer } = await reloadInContinuation(
          streams,
          { id, deed, page },
        );
        expect(reloaded.messages).toEqual(asReplayed(stayed.messages));
        expect([stayed.errors, reloaded.errors]).toEqual([[], []]);
        expect(toolPartOf(reloaded.messages[1]).state).toBe(
          deed === 'grants' ? 'output-available' : 'output-denied',
        );
        expect(answer.executed).toHaveLength(deed === 'grants' ? 1 : 0);
        expect(answer.model.calls).toHaveLength(2);
      }
    },
  );

  it.each([
    ['answers', every],
    ['grants', every.filter((_, at) => at % 2 === 0)],
    ['denies', every.filter((_, at) => at % 2 === 1)],
  ] as const)(
    '[A16][A17] loses nothing wherever its replay is cut: the user %s',
    async (deed, places) => {
      const trips = await Promise.all(
        places.map((afterFrames) =>
          reloadInContinuation(streams, {
            id: nextChat(),
            deed,
            faults: [{ kind: 'cut', afterFrames }],
          }),
        ),
      );
      for (const { stayed, reloaded } of trips) {
        expect(reloaded.messages).toEqual(asReplayed(stayed.messages));
        expect(reloaded.statuses).not.toContain('error');
        expect(reloaded.finishes).toHaveLength(1);
      }
    },
  );

  it.each(['answers', 'grants'] as const)(
    '[A18] calls no tool again and posts nothing: the user %s',
    async (deed) => {
      const calls: unknown[] = [];
      const { reloaded, posts, answer } = await reloadInContinuation(streams, {
        id: nextChat(),
        deed,
        init: { onToolCall: ({ toolCall }) => void calls.push(toolCall) },
      });
      expect(calls).toEqual([]);
      expect(posts).toBe(0);
      expect(answer.model.calls).toHaveLength(2);
      if (deed !== 'answers') return;
      expect(toolPartOf(reloaded.messages[1])).toMatchObject({
        state: 'output-available',
        output: 'This',
      });
    },
  );

  it('[A20] does not ask again for what the user has approved', async () => {
    const answer = toolAnswer('removeFile');
    await using scene = await openScene({ streams, respond: answer.respond });
    const id = nextChat();
    const first = new Traveller(scene, { id, init: goesOn });
    await first.send();
    await act(first.tab, 'grants');
    await answer.executing.opened;
    await untilLog(streams, id, (records) => {
      const runs = records.filter(({ type }) => type === 'run');
      return new Set(runs.map(({ key }) => key)).size === 2;
    });
    const second = new Traveller(scene, { id, init: goesOn });
    const { chat, transport } = second.tab;
    const { messages } = await transport.load({ chatId: id });
    expect(messages).toHaveLength(1);
    chat.messages = messages;
    const resumed = second.resume();
    const state = (): string | undefined =>
      chat.messages[1] && findToolPart(chat.messages[1])?.state;
    // v6 has no chunk that says so: there the tool just runs.
    const approved =
      process.env['AI_SDK_MAJOR'] === '6'
        ? 'input-available'
        : 'approval-responded';
    await until(second.tab, () => state() === approved);
    const later = new Set<unknown>();
    chat['~registerMessagesCallback'](() => void later.add(state()));
    answer.execution.open();
    answer.middle.open();
    await resumed;
    await rests(first);
    expect([...later]).not.toContain('approval-requested');
    expect(second.journey().messages).toEqual(
      asReplayed(first.journey().messages),
    );
    expect(answer.executed).toHaveLength(1);
  });
});

/** The same in one tab, with faults on the way of the second POST. */
async function goOn(deed: Deed, faults: FaultScript): Promise<Journey> {
  const { respond, execution, middle } = toolAnswer(
    deed === 'answers' ? 'askUser' : 'removeFile',
  );
  execution.open();
  middle.open();
  await using scene = await openScene({ streams, respond });
  const tab = new Traveller(scene, { id: nextChat(), init: goesOn });
  await tab.send();
  scene.proxy.script = faults;
  await act(tab.tab, deed);
  await shows(tab, '再见');
  await rests(tab);
  return tab.journey();
}

describe('the tab that goes on itself', () => {
  it.each(['answers', 'grants', 'denies'] as const)(
    '[A5][A16] sees no drop at whatever chunk boundary it comes: the user %s',
    async (deed) => {
      const whole = await goOn(deed, []);
      const trips = await Promise.all(
        thinned(Array.from({ length: 14 }, (_, frame) => frame)).map(
          (afterFrames) => goOn(deed, [{ kind: 'cut', afterFrames }]),
        ),
      );
      trips.push(await goOn(deed, [{ kind: 'lose-response' }]));
      for (const trip of trips) {
        expect(trip.messages).toEqual(whole.messages);
        expect(trip.errors).toEqual([]);
        expect(trip.finishes).toEqual(whole.finishes);
      }
    },
  );
});
