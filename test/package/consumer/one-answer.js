// A user's Node program: one answer of a chat, from the packed package.
import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertToModelMessages, streamText } from 'ai';
import { embeddedStreams } from 'ai-durable-transport/embedded';
import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import { scriptedModel, scriptedText } from 'ai-durable-transport/testing';

const dir = await mkdtemp(join(tmpdir(), 'durable-chat-'));
const streams = embeddedStreams({ dir });
const chat = createDurableChat({
  streams,
  authorize: allowAnyone(),
  respond: async ({ messages, abortSignal }) =>
    streamText({
      model: scriptedModel(scriptedText('It works.')),
      messages: await convertToModelMessages(messages),
      abortSignal,
    }),
});
const question = {
  id: 'm1',
  role: 'user',
  parts: [{ type: 'text', text: '?' }],
};
const response = await chat.handle(
  new Request('http://localhost/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'c1', messages: [question] }),
  }),
);
await response.text();
const { messages } = await chat.load('c1');
console.log(messages.at(-1)?.parts.find(({ type }) => type === 'text')?.text);
await streams.close();
await rm(dir, { recursive: true });
