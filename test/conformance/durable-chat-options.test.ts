import { window } from '../support/page-globals.js';
import { act, cleanup } from '@testing-library/react';
import type { ChatRequestOptions, UIMessage } from 'ai';
import { DurableChatError, DurableTransport } from 'ai-durable-transport';
import {
  faultyFetch,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { openDurableChat, until } from '../support/open-durable-chat.js';
import { sequence } from '../support/sequence.js';
import { authorizeByHeader, echo, textOf } from '../support/session-app.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const nextChat = sequence('durable-chat-options');

const startApp = (pauseMs = 0) =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo', pauseMs) },
  });

const texts = ({ current }: { current: { messages: readonly UIMessage[] } }) =>
  current.messages.map(textOf);

it('sends the headers of a single request with that one, and its tries', async () => {
  await using instances = await startApp();
  const { api } = instances.one;
  const when = { method: 'POST', url: '/messages' };
  const fetch = faultyFetch([{ kind: 'status', status: 503, when }]);
  const { result } = openDurableChat({ id: nextChat(), api, fetch });
  const once = { headers: { 'X-Token': 'one' } };
  await act(() => result.current.sendMessage({ text: 'one' }, once));
  await until(() => texts(result).includes('echo hears one'));
  await act(() => result.current.sendMessage({ text: 'two' }));
  await until(() => texts(result).includes('echo hears two'));
  const anew = { headers: new Headers({ 'x-token': 'three' }) };
  await act(() => result.current.regenerate(anew));
  const sent = fetch.calls
    .filter(({ method }) => method === 'POST')
    .map(({ url, headers }) => [
      url.split('/').at(-1),
      headers['x-token'],
      headers['x-actor'],
    ]);
  expect(sent).toEqual([
    ['messages', 'one', 'ann'],
    ['messages', 'one', 'ann'],
    ['messages', undefined, 'ann'],
    ['regenerate', 'three', 'ann'],
  ]);
});

it('refuses what of a single request could reach no agent, before it does anything', async () => {
  await using instances = await startApp();
  const { api } = instances.one;
  const { result } = openDurableChat({ id: nextChat(), api });
  const lost: ChatRequestOptions[] = [{ body: { a: 1 } }, { metadata: 'm' }];
  const { current } = result;
  for (const options of lost) {
    const refused = { code: 'invalid-request' };
    await expect(
      current.sendMessage({ text: 'one' }, options),
    ).rejects.toMatchObject(refused);
    await expect(current.regenerate(options)).rejects.toMatchObject(refused);
    await expect(current.resumeStream(options)).rejects.toMatchObject(refused);
    const answer = { id: 'a', approved: true, options };
    expect(() => current.addToolApprovalResponse(answer)).toThrow(
      DurableChatError,
    );
    const output = { tool: 't', toolCallId: 'c', output: 1, options };
    expect(() => current.addToolOutput(output)).toThrow(DurableChatError);
  }
  await expect(
    current.resumeStream({ headers: { 'x-token': 'one' } }),
  ).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(
    current.sendMessage({ role: 'assistant', parts: [] }),
  ).rejects.toMatchObject({ code: 'invalid-messages' });
  expect(result.current).toMatchObject({ messages: [], error: undefined });
});

it('takes files as a file input gives them', async () => {
  const { File, FileList, FileReader } = window;
  vi.stubGlobal('FileReader', FileReader);
  await using instances = await startApp();
  const { api } = instances.one;
  const { result } = openDurableChat({ id: nextChat(), api });
  const files = new FileList();
  files.push(new File(['hello'], 'hello.txt', { type: 'text/plain' }));
  // CAST: what a page in a browser has.
  const chosen = files as unknown as globalThis.FileList;
  await act(() => result.current.sendMessage({ text: 'one', files: chosen }));
  expect(result.current.messages[0]?.parts).toEqual([
    {
      type: 'file',
      mediaType: 'text/plain',
      filename: 'hello.txt',
      url: 'data:text/plain;base64,aGVsbG8=',
    },
    { type: 'text', text: 'one' },
  ]);
});

it('renders at most as often as throttle says, but a change of status at once', async () => {
  await using instances = await startApp(10);
  const { api } = instances.one;
  const words = Array.from({ length: 40 }, (_, index) => `w${index}`).join(' ');
  const rendered = new Set<string>();
  const page = openDurableChat({
    id: nextChat(),
    api,
    // Longer than any test.
    throttle: 1_000_000,
    onRender: ({ messages }) => rendered.add(textOf(messages[1])),
  });
  await act(() => page.result.current.sendMessage({ text: words }));
  await until(() => page.result.current.status === 'streaming');
  await until(() => page.result.current.status === 'ready');
  expect(textOf(page.result.current.messages[1])).toBe(`echo hears ${words}`);
  // Before it, as it turned, as it ended: not at each of its 40 words.
  expect(rendered.size).toBeLessThanOrEqual(4);
});

it('is ready again after another message, and keeps what was refused', async () => {
  await using instances = await startApp();
  const { api } = instances.one;
  const when = { method: 'POST', url: '/messages' };
  const fetch = faultyFetch([{ kind: 'status', status: 400, when }]);
  const { result } = openDurableChat({ id: nextChat(), api, fetch });
  await act(() => result.current.sendMessage({ text: 'one' }));
  expect(result.current.status).toBe('error');
  await act(() => result.current.sendMessage({ text: 'two' }));
  await until(() => texts(result).includes('echo hears two'));
  await until(() => result.current.status === 'ready');
  const { error, unsent } = result.current;
  expect(error).toBeUndefined();
  expect(unsent.map(({ message }) => textOf(message))).toEqual(['one']);
});

it('goes on where a callback throws', async () => {
  const logged = vi.spyOn(console, 'error').mockReturnValue();
  await using instances = await startApp();
  const { api } = instances.one;
  const page = openDurableChat({
    id: nextChat(),
    api,
    onFinish: () => {
      throw new Error('of the app');
    },
  });
  for (const text of ['one', 'two']) {
    await act(() => page.result.current.sendMessage({ text }));
    await until(() => texts(page.result).includes(`echo hears ${text}`));
    await until(() => page.result.current.status === 'ready');
  }
  const errors = logged.mock.calls.map((call) => String(call.at(-1)));
  expect(errors).toEqual(['Error: of the app', 'Error: of the app']);
  expect(page.result.current.connection).toBe('connected');
});

it('refuses a transport whose options a session could not keep', async () => {
  vi.spyOn(console, 'error').mockReturnValue();
  const transport = new DurableTransport({
    prepareSendMessagesRequest: ({ messages }) => ({ body: { messages } }),
  });
  expect(() => openDurableChat({ id: nextChat(), transport })).toThrow(
    'prepareSendMessagesRequest',
  );
});
