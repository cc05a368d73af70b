import { describe, expect, it } from 'vitest';
import { textOf } from '../support/chat-client.js';
import { untilLog } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import {
  confirmedIn,
  load,
  postScript,
  readUntil,
  resume,
  storedRuns,
  textIn,
} from './support/requests.js';
import { useRuntime } from './support/use-runtime.js';

const app = useRuntime();
const nextChat = sequence('answers');

const HALVES = [
  { type: 'text', text: 'one two three' },
  { type: 'gate' },
  { type: 'text', text: 'four five six' },
] as const;
const WHOLE = 'one two threefour five six';

describe.concurrent('an answer', () => {
  it('comes from the runtime that is meant', async () => {
    const { origin, runtime } = app;
    const response = await fetch(`${origin}${runtime.root}/runtime`);
    expect(await response.text()).toBe(runtime.name);
  });

  it('is streamed as `streamText` makes it, and stored', async () => {
    const chatId = nextChat();
    const script = [{ type: 'text', text: 'one two three' }] as const;
    const response = await postScript(app, { chatId, script });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1');
    const body = await response.text();
    expect(textIn(body)).toBe('one two three');
    expect(body).toMatch(/data: \[DONE\]\n\n$/);
    const [run] = await storedRuns(app, chatId);
    expect(run?.statuses).toEqual(['active', 'done']);
    expect(run?.text).toBe('one two three');
    const { messages, activeRunId } = await load(app, chatId);
    expect(messages.map(textOf)).toEqual(['Go on.', 'one two three']);
    expect(activeRunId).toBeNull();
  });

  it('is replayed to a page that reloads in its middle, then live', async () => {
    const chatId = nextChat();
    const posted = await postScript(app, { chatId, script: HALVES });
    await app.director.seen('gate', chatId);
    const reloaded = await resume(app, chatId);
    const [before, rest] = await readUntil(reloaded, 'three');
    app.director.letGo(chatId);
    const bodies = [await posted.text(), before + (await rest.text())];
    expect(bodies.map(textIn)).toEqual([WHOLE, WHOLE]);
    for (const body of bodies) expect(body).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('goes on after the cursor of a reader that comes back', async () => {
    const chatId = nextChat();
    const posted = await postScript(app, { chatId, script: HALVES });
    const [before, rest] = await readUntil(posted, 'three');
    const { text, cursor } = confirmedIn(before);
    await rest.cancel();
    const again = await resume(app, chatId, { 'last-event-id': cursor });
    app.director.letGo(chatId);
    expect(text + textIn(await again.text())).toBe(WHOLE);
  });

  it('has nothing to resume once it is over', async () => {
    const chatId = nextChat();
    const script = [{ type: 'text', text: 'short' }] as const;
    await (await postScript(app, { chatId, script })).text();
    expect((await resume(app, chatId)).status).toBe(204);
  });

  it('is stopped by another connection', async () => {
    const chatId = nextChat();
    const posted = await postScript(app, { chatId, script: HALVES });
    await app.director.seen('gate', chatId);
    await untilLog(app.streams, chatId, (log) => log.length > 1);
    const stopped = await fetch(`${app.api}/${chatId}/stop`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    expect(await stopped.json()).toEqual({ stopped: true });
    const body = await posted.text();
    await app.director.seen('aborted', chatId);
    expect(textIn(body)).toBe('one two three');
    expect(body).toContain('"type":"abort"');
    const [run] = await storedRuns(app, chatId);
    expect(run?.statuses).toEqual(['active', 'stopped']);
  });

  it('comes to its end after its reader has gone away', async () => {
    const chatId = nextChat();
    const words = Array.from({ length: 40 }, (_, index) => ` ${index}`);
    const script = [
      ...HALVES,
      { type: 'text', text: words, delayMs: 25 },
    ] as const;
    const posted = await postScript(app, { chatId, script });
    const [, rest] = await readUntil(posted, 'three');
    await rest.cancel();
    app.director.letGo(chatId);
    await app.director.seen('done', chatId);
    const [run] = await storedRuns(app, chatId);
    expect(run?.text).toBe(WHOLE + words.join(''));
  });
});
