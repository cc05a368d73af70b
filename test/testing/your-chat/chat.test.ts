import type { UIMessageChunk } from 'ai';
import { DurableTransport } from 'ai-durable-transport';
import {
  cuttingProxy,
  startInstance,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';

const ANSWER = 'one two three four five six seven eight nine ten';
const question = {
  id: 'question',
  role: 'user' as const,
  parts: [{ type: 'text' as const, text: 'Count to ten.' }],
};

/** One instance of the app: `npx next start` would do as well. */
const startServer = ({ url }: TestStreams, env = {}) =>
  startInstance({
    command: ['tsx', `${import.meta.dirname}/server.ts`],
    env: { STREAMS_URL: url, ...env },
  });

const ask = (transport: DurableTransport) =>
  transport.sendMessages({
    chatId: 'chat',
    trigger: 'submit-message',
    messageId: undefined,
    messages: [question],
    abortSignal: undefined,
  });

/** All that a page gets to see; `onText` is told of the text so far. */
async function read(
  answer: ReadableStream<UIMessageChunk>,
  onText: (text: string) => Promise<void> | void = () => undefined,
) {
  let text = '';
  let end: string | undefined;
  for await (const chunk of answer) {
    end = chunk.type;
    if (chunk.type !== 'text-delta') continue;
    text += chunk.delta;
    await onText(text);
  }
  return { text, end };
}

it('gives all of an answer once, whatever its connections do', async () => {
  await using streams = await startStreams();
  await using server = await startServer(streams);
  await using proxy = await cuttingProxy({
    target: server.url,
    script: [
      { kind: 'cut', afterFrames: 5 },
      { kind: 'status', status: 502 },
      { kind: 'end', afterFrames: 2 },
    ],
  });
  const transport = new DurableTransport({ api: `${proxy.url}/api/chat` });
  const answer = await read(await ask(transport));
  expect(answer).toEqual({ text: ANSWER, end: 'finish' });
  expect(proxy.requests).toHaveLength(4);
});

it('keeps what was said when its server is killed, and goes on with another', async () => {
  await using streams = await startStreams();
  await using one = await startServer(streams, { WORD_MS: '2000' });
  await using other = await startServer(streams);
  await using proxy = await cuttingProxy({ target: one.url });
  const transport = new DurableTransport({ api: `${proxy.url}/api/chat` });
  const cutOff = await read(await ask(transport), async (text) => {
    if (text.trim() !== 'one two') return;
    proxy.target = other.url;
    await one.kill();
  });
  // The page is told, once the lease of the dead server is over.
  expect(cutOff.end).toBe('error');
  const { messages } = await transport.load({ chatId: 'chat' });
  expect(messages).toHaveLength(2);
  expect(JSON.stringify(messages[1])).toContain('one');
  // The next message finds a chat like any other.
  const answer = await read(await ask(transport));
  expect(answer).toEqual({ text: ANSWER, end: 'finish' });
});

it('loses nothing when the streams server is started anew', async () => {
  await using streams = await startStreams({ fileBacked: true });
  await using server = await startServer(streams);
  const api = `${server.url}/api/chat`;
  const transport = new DurableTransport({ api });
  const answer = await read(await ask(transport), async (text) => {
    if (text.trim() === 'one two three') await streams.restart();
  });
  expect(answer).toEqual({ text: ANSWER, end: 'finish' });
  // What a page sees that is opened later, on whatever instance.
  await using other = await startServer(streams);
  const reopened = new DurableTransport({ api: `${other.url}/api/chat` });
  const { messages } = await reopened.load({ chatId: 'chat' });
  expect(JSON.stringify(messages[1])).toContain(ANSWER);
});
