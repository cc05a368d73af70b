import '../support/page-globals.js';
import { stepCountIs, streamText, tool } from 'ai';
import {
  scriptedModel,
  startStreams,
  type CallScript,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { goesOn } from '../support/asked-user.js';
import { gate } from '../support/gate.js';
import { openHookPage, type HookPage } from '../support/hook-page.js';
import { untilLogged } from '../support/read-log.js';
import { openScene, type Scene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';
import { findToolPart } from '../support/tool-part.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('tabs');

interface Ending {
  readonly isAbort: boolean;
  readonly isError: boolean;
}

/** A page that goes on by itself with whatever tool call has its outcome. */
async function openTab(api: string, id: string) {
  const endings: Ending[] = [];
  const page = await openHookPage({
    api,
    id,
    init: {
      ...goesOn,
      onFinish: ({ isAbort, isError }) =>
        void endings.push({ isAbort, isError }),
    },
  });
  return { page, endings };
}

/** Says something, then carries out a tool that has no end. */
function respondWith(script: CallScript) {
  const model = scriptedModel(script);
  const inputSchema = z.object({ query: z.string() });
  const search = tool({ inputSchema, execute: () => gate().opened });
  return ({ abortSignal }: { abortSignal: AbortSignal }) =>
    streamText({
      model,
      prompt: 'Search!',
      tools: { search },
      stopWhen: stepCountIs(2),
      abortSignal,
    });
}

const posts = ({ proxy }: Scene): number =>
  proxy.requests.filter(({ method }) => method === 'POST').length;

const hasCall = ({ now }: HookPage): boolean => {
  const message = now().messages.at(-1);
  return message !== undefined && findToolPart(message) !== undefined;
};

describe('two pages that go on by themselves, of which one stops', () => {
  const text = { type: 'text', text: 'I search ' } as const;
  const call = {
    type: 'tool-call',
    toolName: 'search',
    input: { query: 'x' },
  } as const;
  const cases: [string, CallScript][] = [
    ['in mid-text', [text, { type: 'wait', until: gate().opened }]],
    ['during a tool call', [text, call]],
  ];

  it.each(cases)(
    '[A28] %s: neither posts, both see an abort',
    async (_, script) => {
      const respond = respondWith(script);
      await using scene = await openScene({ streams, respond });
      const id = nextChat();
      const one = await openTab(scene.app.api, id);
      one.page.send('Search!');
      await one.page.streams('I search');
      await untilLogged(streams, id, 'I search');
      // Its requests alone go by way of the proxy, which counts them.
      const other = await openTab(scene.api, id);
      await other.page.streams('I search');
      if (script.includes(call)) {
        await other.page.until(() => hasCall(other.page));
        await one.page.until(() => hasCall(one.page));
      }
      const stopped = await one.page.transport.stop({ chatId: id });
      expect(stopped).toEqual({ stopped: true });
      await one.page.rests('I search');
      await other.page.rests('I search');
      await scene.stored();
      const { messages } = await scene.app.chat.load(id);
      for (const { page, endings } of [one, other]) {
        expect(endings).toEqual([{ isAbort: true, isError: false }]);
        expect(page.messages()).toEqual(messages);
        expect(page.now().error).toBeUndefined();
      }
      expect(posts(scene)).toBe(0);
      expect(messages).toHaveLength(2);
      one.page.leave();
      other.page.leave();
    },
  );
});
