import { streamText, tool } from 'ai';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { textOf, until } from '../support/chat-client.js';
import {
  inMidAnswer,
  openDirectScene,
  PATIENT,
} from '../support/direct-scene.js';
import { Traveller } from '../support/journey.js';
import { soundRuns, untilLogged } from '../support/read-log.js';
import { startServerProcess } from '../support/server-process.js';
import { hasText } from '../support/tabs.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

/** What a page sends that does not read directly. */
const PLAIN = { headers: { accept: 'text/event-stream' } };

describe.concurrent('the end of an answer that is read from the log', () => {
  it('is that of a stop, and settles the calls that were open', async () => {
    const model = scriptedModel([
      { type: 'tool-call', toolName: 'ask', input: { what: 'name' } },
      { type: 'text', text: 'three' },
      { type: 'wait', until: new Promise(() => undefined) },
    ]);
    const scene = await openDirectScene({
      streams,
      respond: ({ abortSignal }) =>
        streamText({
          model,
          prompt: 'Ask.',
          tools: { ask: tool({ inputSchema: z.object({ what: z.string() }) }) },
          abortSignal,
        }),
    });
    await using _ = scene;
    const { one, other } = scene.instances;
    const id = 'stopped';
    const sent = new Traveller(one, { id }).send();
    await untilLogged(streams, id, 'three');
    const pages = [{}, PLAIN].map((transport) => {
      const page = new Traveller(other, { id, transport });
      return { page, ended: page.resume() };
    });
    for (const { page } of pages) await until(page.tab, hasText('three'));
    await one.chat.stop(id);
    const [direct, served] = await Promise.all(pages.map(({ ended }) => ended));
    expect(direct?.statuses.at(-1)).toBe('ready');
    expect(direct).toEqual(served);
    expect(JSON.stringify(direct?.messages)).toContain('output-error');
    await sent;
  });

  it('is told by the server where the writer was killed', async () => {
    // Of the spread that keeps many pages from asking at once, none.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const model = scriptedModel([]);
    const scene = await openDirectScene({ streams, model, leaseMs: 900 });
    await using _ = scene;
    await using writer = await startServerProcess(streams, 900);
    const id = 'killed';
    const sender = new Traveller(writer, { id });
    const sent = sender.send();
    await untilLogged(streams, id, '3 ');
    const page = new Traveller(scene.instances.other, { id });
    const ended = page.resume();
    await until(page.tab, hasText('3 '));
    await vi.waitUntil(() => scene.polls() > 1, PATIENT);
    writer.kill('SIGKILL');
    const { errors, statuses } = await ended;
    expect(statuses.at(-1)).toBe('error');
    expect(errors).toMatchObject([{ message: 'The answer was interrupted.' }]);
    const [run] = await soundRuns(streams, id);
    expect(run?.statuses).toEqual(['active', 'interrupted']);
    expect(textOf(page.tab.chat.messages.at(-1))).toBe(run?.text);
    sender.tab.transport.close();
    await sent;
  });

  it('is a typed error where the chat is deleted', async () => {
    const { scene, other, id, middle, sent, join } = await inMidAnswer({
      streams,
    });
    await using _ = scene;
    const { ended } = await join();
    await vi.waitUntil(() => scene.polls() > 0, PATIENT);
    await other.chat.delete(id);
    const { errors, statuses } = await ended;
    expect(statuses.at(-1)).toBe('error');
    expect(errors).toMatchObject([
      { code: expect.stringMatching(/^(log-lost|invalid-cursor)$/) },
    ]);
    middle.open();
    await sent;
  });
});
