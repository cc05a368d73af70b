import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Readable } from 'node:stream';
import { convertToModelMessages, streamText } from 'ai';
import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import { scriptedModel, scriptedText } from 'ai-durable-transport/testing';

const { PORT, STREAMS_URL = '', WORD_MS = '100' } = process.env;
const text = 'one two three four five six seven eight nine ten';
const model = scriptedModel(scriptedText(text, { delayMs: Number(WORD_MS) }));

const chat = createDurableChat({
  streams: { url: STREAMS_URL },
  authorize: allowAnyone(),
  // So that a dead server is found out after 6 s, not after 20.
  leaseMs: 1_000,
  respond: async ({ messages, abortSignal }) =>
    streamText({
      model,
      messages: await convertToModelMessages(messages),
      abortSignal,
    }),
});

// What your framework does: web requests behind Node's HTTP server.
async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming;
  const request = new Request(`http://localhost${url}`, {
    method,
    headers: Object.entries(headers).map(([name, value]) => [
      name,
      String(value),
    ]),
    ...(method === 'POST' && {
      body: Readable.toWeb(incoming),
      duplex: 'half',
    }),
    // CAST: the DOM's types know no `duplex`, which Node's need.
  } as RequestInit);
  const response = await chat.handle(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  for await (const piece of response.body ?? []) {
    if (outgoing.destroyed) break;
    outgoing.write(piece);
  }
  outgoing.end();
}

createServer((incoming, outgoing) => {
  answer(incoming, outgoing).catch(() => outgoing.destroy());
}).listen(Number(PORT), '127.0.0.1');
