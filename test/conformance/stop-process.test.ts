import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf, until } from '../support/chat-client.js';
import { Traveller } from '../support/journey.js';
import { soundRuns, untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startServerProcess } from '../support/server-process.js';
import { startInstances } from '../support/start-instances.js';
import { hasText } from '../support/tabs.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('elsewhere');

/** A flush interval, or a third of the short lease, on a loaded machine. */
const WITHIN_MS = 2_000;

describe('a stop from another process', () => {
  it.each([
    ['while tokens flow', 'count', 60_000],
    ['while the model is silent', 'pause', 900],
  ] as const)(
    '[A23] ends the answer %s, keeps the partial, and every tab is ready',
    async (_, meanwhile, leaseMs) => {
      const id = nextChat();
      await using server = await startServerProcess(streams, leaseMs);
      await using instances = await startInstances({ streams }, 1);
      const { one } = instances;
      const sender = new Traveller(server, { id });
      const sent = sender.send();
      await untilLogged(streams, id, '3 ');
      const follower = new Traveller(one, { id });
      const followed = follower.resume();
      await until(follower.tab, hasText('3 '));
      server.ask(meanwhile);
      const { stopped } = await follower.tab.transport.stop({ chatId: id });
      const since = performance.now();
      expect(stopped).toBe(true);
      await server.aborted;
      expect(performance.now() - since).toBeLessThan(WITHIN_MS);
      const journeys = await Promise.all([sent, followed]);
      for (const { statuses, errors, finishes } of journeys) {
        expect(statuses.at(-1)).toBe('ready');
        expect(errors).toEqual([]);
        expect(finishes).toMatchObject([{ isAbort: true, isError: false }]);
      }
      const [run, ...more] = await soundRuns(streams, id);
      expect(more).toEqual([]);
      expect(run?.statuses).toEqual(['active', 'stopped']);
      const { messages } = await one.chat.load(id);
      expect(textOf(messages[1])).toBe(run?.text);
      expect(textOf(journeys[1].messages.at(-1))).toBe(run?.text);
    },
  );
});
