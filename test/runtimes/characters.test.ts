import { connect } from 'node:net';
import { cuttingProxy } from 'ai-durable-transport/testing';
import { describe, expect, it } from 'vitest';
import { openTab, textOf } from '../support/chat-client.js';
import { untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import {
  load,
  postScript,
  readUntil,
  resume,
  textIn,
} from './support/requests.js';
import { useRuntime } from './support/use-runtime.js';

const app = useRuntime();
const nextChat = sequence('characters');

/** 3,600 bytes, of which all but 300 stand inside of a character. */
const ASTRONAUTS = '👩‍🚀é'.repeat(300);
const HALVES = [
  { type: 'text', text: [ASTRONAUTS] },
  { type: 'gate' },
  { type: 'text', text: [ASTRONAUTS] },
] as const;

/** Where connections break: one in each of these places in a row. */
const PLACES = [1_500, 1_501, 1_502, 1_503, 1_504, 1_505];

describe.concurrent('a cut in the middle of a character', () => {
  it('loses nothing on the way to a page', async () => {
    const script = PLACES.map((afterBytes) => ({
      kind: 'cut' as const,
      afterBytes,
    }));
    await using proxy = await cuttingProxy({ target: app.origin, script });
    const api = app.api.replace(app.origin, proxy.url);
    const body = { script: HALVES };
    const reconnect = { initialDelayMs: 1 };
    const id = nextChat();
    app.director.letGo(id);
    const { chat } = openTab(api, { id, transport: { body, reconnect } });
    await chat.sendMessage({ text: 'Go on.' });
    expect(chat.status).toBe('ready');
    expect(textOf(chat.messages.at(-1))).toBe(ASTRONAUTS.repeat(2));
    expect(proxy.requests.length).toBe(PLACES.length + 1);
  });

  it('loses nothing on the way from the store', async () => {
    const chatId = nextChat();
    const script = [{ type: 'text', text: ['Before. '] }] as const;
    await (await postScript(app, { chatId, script })).text();
    const { messages } = await load(app, chatId);
    // What goes on with a message is read from the log, wherever it is written.
    const posted = await fetch(app.api, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: chatId, messages, script: HALVES }),
    });
    await app.director.seen('gate', chatId);
    await untilLogged(app.streams, chatId, ASTRONAUTS.slice(-30));
    for (const afterBytes of PLACES) {
      app.streams.injectFault(`/${chatId}/log`, {
        kind: 'cut',
        afterBytes,
        when: { method: 'GET' },
      });
    }
    const reloaded = await resume(app, chatId);
    const [before, rest] = await readUntil(reloaded, ASTRONAUTS.slice(-30));
    app.director.letGo(chatId);
    const read = textIn(before + (await rest.text()));
    expect(read).toBe(`Before. ${ASTRONAUTS.repeat(2)}`);
    expect(textIn(await posted.text())).toBe(ASTRONAUTS.repeat(2));
    const faults = app.streams.requests.filter(
      ({ url, fault }) => url.includes(chatId) && fault.kind === 'cut',
    );
    expect(faults).toHaveLength(PLACES.length);
  });

  it('is none to the server where a request comes in pieces', async () => {
    const chatId = nextChat();
    const text = `What of ${ASTRONAUTS}?`;
    const script = [{ type: 'text', text: 'Good.' }] as const;
    await sendInPieces(chatId, { text, script });
    const { messages } = await load(app, chatId);
    expect(messages.map(textOf)).toEqual([text, 'Good.']);
  });
});

/** Posts by hand, with a pause in the middle of a character. */
async function sendInPieces(
  id: string,
  { text, script }: { text: string; script: readonly object[] },
): Promise<void> {
  const parts = [{ type: 'text', text }];
  const messages = [{ id: 'question', role: 'user', parts }];
  const body = Buffer.from(JSON.stringify({ id, messages, script }));
  const { hostname, port, host, pathname } = new URL(app.api);
  const socket = connect(Number(port), hostname).setNoDelay();
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${body.length}`,
    '',
    '',
  ];
  // One byte of the first astronaut's four, then one of the last.
  const cuts = [
    body.indexOf('👩') + 1,
    body.lastIndexOf('👩') + 1,
    body.length,
  ];
  socket.write(head.join('\r\n'));
  let from = 0;
  for (const to of cuts) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write(body.subarray(from, to));
    from = to;
  }
  // The server may keep the connection: the answer's last frame is its end.
  let answer = '';
  for await (const piece of socket.setEncoding('utf8')) {
    answer += String(piece);
    if (answer.includes('[DONE]')) break;
  }
}
