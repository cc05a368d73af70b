import '../support/page-globals.js';
import { act, cleanup } from '@testing-library/react';
import { convertToModelMessages, streamText, tool, type UIMessage } from 'ai';
import {
  faultyFetch,
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AgentContext } from 'ai-durable-transport/server';
import { openDurableChat, until } from '../support/open-durable-chat.js';
import { sequence } from '../support/sequence.js';
import { authorizeByHeader, echo, textOf } from '../support/session-app.js';
import { startAsking } from '../support/start-asking.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
afterEach(() => cleanup());
const nextChat = sequence('use-durable-chat');

const startApp = () =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo') },
  });

describe('useDurableChat', () => {
  it('has one connection in StrictMode, shows who is there, and leaves when it is unmounted', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const id = nextChat();
    const fetch = faultyFetch([]);
    const ann = openDurableChat({
      id,
      api,
      fetch,
      deviceId: 'd1',
      name: 'Ann',
    });
    const bob = openDurableChat({ id, api, headers: { 'x-actor': 'bob' } });
    await until(() => bob.result.current.here.length === 2);
    const sessions = fetch.calls.filter(({ url }) => url.includes('/session'));
    expect(sessions).toHaveLength(1);
    const { here, agents, actorId } = bob.result.current;
    expect(here.map(({ name }) => name)).toContain('Ann');
    expect(agents).toMatchObject([{ id: 'echo' }]);
    expect(actorId).toBe('bob');
    ann.unmount();
    await until(() => bob.result.current.here.length === 1);
    bob.unmount();
  });

  it('tells what happens once, to the callbacks of the newest rendering', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const told: string[] = [];
    const page = openDurableChat({
      id: nextChat(),
      api,
      onFinish: ({ message, messages, isAbort, isError }) =>
        void told.push(
          `${textOf(message)}, ${messages.length}, ${isAbort}, ${isError}`,
        ),
      onError: () => void told.push('error'),
    });
    await act(() => page.result.current.sendMessage({ text: 'hello' }));
    await until(() => told.length > 0);
    await until(() => page.result.current.status === 'ready');
    expect(told).toEqual(['echo hears hello, 2, false, false']);
  });

  it('shows and tells an error of a message that is refused, and clears it', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const when = { method: 'POST', url: '/messages' };
    const fetch = faultyFetch([{ kind: 'status', status: 400, when }]);
    const errors: Error[] = [];
    const page = openDurableChat({
      id: nextChat(),
      api,
      fetch,
      onError: (error) => void errors.push(error),
    });
    await act(() => page.result.current.sendMessage({ text: 'hello' }));
    expect(page.result.current.status).toBe('error');
    expect(page.result.current.error).toBe(errors[0]);
    expect(errors).toHaveLength(1);
    act(() => page.result.current.clearError());
    expect(page.result.current).toMatchObject({
      status: 'ready',
      error: undefined,
      messages: [],
    });
  });

  it('answers an approval, after which the server goes on', async () => {
    const sent: string[] = [];
    await using instances = await startAsking(streams, sent);
    const { api } = instances.one;
    const page = openDurableChat({ id: nextChat(), api });
    await act(() => page.result.current.sendMessage({ text: 'Send it.' }));
    await until(() => page.result.current.asked.length === 1);
    const [asked] = page.result.current.asked;
    await act(async () => {
      const answer = { id: asked?.id ?? '', approved: true };
      await page.result.current.addToolApprovalResponse(answer);
    });
    await until(() => textOf(page.result.current.messages[1]) === 'All done.');
    await until(() => page.result.current.status === 'ready');
    expect(sent).toEqual(['Ada']);
    expect(page.result.current.asked).toEqual([]);
  });

  it('runs a tool of the page once, and gives its output to the server', async () => {
    const respond = async ({ messages }: AgentContext) => {
      const model = scriptedModel(({ prompt }) =>
        prompt.some(({ role }) => role === 'tool')
          ? [{ type: 'text', text: 'So late.' }]
          : [{ type: 'tool-call', toolName: 'clock', input: {} }],
      );
      const tools = {
        clock: tool({
          inputSchema: z.object({}),
          outputSchema: z.string(),
        }),
      };
      const prompt = await convertToModelMessages(messages, { tools });
      return streamText({ model, tools, messages: prompt });
    };
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { clock: { ...echo('clock'), respond } },
    });
    const { api } = instances.one;
    const calls: string[] = [];
    const page = openDurableChat({
      id: nextChat(),
      api,
      onToolCall: ({ toolCall: { toolName, toolCallId } }) => {
        calls.push(toolName);
        const answer = { tool: toolName, toolCallId, output: 'noon' };
        void page.result.current.addToolOutput(answer);
      },
    });
    await act(() => page.result.current.sendMessage({ text: 'The time?' }));
    await until(() => textOf(page.result.current.messages[1]) === 'So late.');
    expect(calls).toEqual(['clock']);
    const parts = page.result.current.messages[1]?.parts;
    expect(parts?.find(({ type }) => type === 'tool-clock')).toMatchObject({
      state: 'output-available',
      output: 'noon',
    });
  });

  it('shows what the page was rendered with, what it sets, and what comes after that', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const initial: UIMessage[] = [
      { id: 'm0', role: 'user', parts: [{ type: 'text', text: 'before' }] },
    ];
    const seen: string[] = [];
    const page = openDurableChat({ id: nextChat(), api, messages: initial });
    seen.push(page.result.current.messages.map(textOf).join());
    await until(() => page.result.current.actorId !== undefined);
    seen.push(page.result.current.messages.map(textOf).join());
    await act(() => page.result.current.sendMessage({ text: 'one' }));
    await until(() => page.result.current.messages.length === 2);
    await until(() => page.result.current.status === 'ready');
    act(() => page.result.current.setMessages((all) => all.slice(0, 1)));
    seen.push(page.result.current.messages.map(textOf).join());
    await act(() => page.result.current.sendMessage({ text: 'two' }));
    await until(() => page.result.current.messages.length === 3);
    await until(() => page.result.current.status === 'ready');
    seen.push(page.result.current.messages.map(textOf).join());
    expect(seen).toEqual(['before', '', 'one', 'one,two,echo hears two']);
  });
});
