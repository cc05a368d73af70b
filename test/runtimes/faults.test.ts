import { describe, expect, it } from 'vitest';
import { untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { FLOOD_PIECE } from './app/direction.js';
import {
  load,
  postScript,
  readUntil,
  resume,
  storedRuns,
  textIn,
} from './support/requests.js';
import { useRuntime } from './support/use-runtime.js';

const app = useRuntime();
const nextChat = sequence('faults');

const WORDS = Array.from({ length: 60 }, (_, index) => `${index} `);

describe.concurrent('a store that fails', () => {
  it('has each record once where its answers were lost', async () => {
    const chatId = nextChat();
    const script = [{ type: 'text', text: WORDS, delayMs: 10 }] as const;
    const when = { method: 'POST' };
    const faults = [
      { kind: 'lose-response', when, times: 2 },
      { kind: 'status', status: 503, when, times: 2 },
      { kind: 'network-error', when },
    ] as const;
    for (const fault of faults) {
      app.streams.injectFault(`/${chatId}/log`, fault);
    }
    const response = await postScript(app, { chatId, script });
    expect(textIn(await response.text())).toBe(WORDS.join(''));
    const [run] = await storedRuns(app, chatId);
    expect(run).toMatchObject({
      statuses: ['active', 'done'],
      text: WORDS.join(''),
    });
    const met = app.streams.requests
      .filter(({ url }) => url.includes(`/${chatId}/`))
      .map(({ fault }) => fault.kind);
    expect(met).toEqual(
      expect.arrayContaining(['lose-response', 'status', 'network-error']),
    );
  });

  it('is told to who wants no answer that is not stored', async () => {
    const chatId = nextChat();
    const api = app.api.replace(/chat$/, 'strict');
    const fault = { kind: 'status', status: 503, times: Infinity } as const;
    app.streams.injectFault(`/${chatId}/log`, fault);
    const script = [{ type: 'text', text: 'No.' }] as const;
    const response = await postScript({ api }, { chatId, script });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ code: 'store-unavailable' });
  });
});

describe.concurrent('an instance that dies', () => {
  it('leaves an answer that another one ends, and goes on from', async () => {
    const chatId = nextChat();
    const script = [
      { type: 'text', text: 'one two three' },
      { type: 'gate' },
    ] as const;
    await using other = await app.startAnother();
    const posted = await postScript(
      { api: app.apiOf(other) },
      { chatId, script },
    );
    await readUntil(posted, 'three');
    // Another instance knows of the run what is stored.
    await untilLogged(app.streams, chatId, 'three');
    const reader = await resume(app, chatId);
    const [before, rest] = await readUntil(reader, 'three');
    await other.kill();
    const body = before + (await rest.text());
    expect(textIn(body)).toBe('one two three');
    expect(body).toMatch(/"type":"error".*\n\ndata: \[DONE\]\n\n$/);
    const again = [{ type: 'text', text: 'four' }] as const;
    await (
      await postScript(app, { chatId, script: again, text: 'And?' })
    ).text();
    const runs = await storedRuns(app, chatId, 2);
    expect(runs.map(({ statuses }) => statuses.at(-1))).toEqual([
      'interrupted',
      'done',
    ]);
    expect((await load(app, chatId)).activeRunId).toBeNull();
  });
});

/** 7 MB: more than sockets hold on both sides, and a body that nobody reads. */
const PIECES = 448;
const FLOOD = [{ type: 'flood', pieces: PIECES }] as const;
const FLOOD_LENGTH = PIECES * FLOOD_PIECE.length;

describe('a reader', () => {
  it('that never drains is let go, and the answer comes to its end', async () => {
    const chatId = nextChat();
    const unread = await postScript(app, { chatId, script: FLOOD });
    await app.director.seen('done', chatId);
    const [run] = await storedRuns(app, chatId);
    expect(run?.text.length).toBe(FLOOD_LENGTH);
    const body = await unread.text();
    expect(body.length).toBeGreaterThan(100_000);
    expect(body.length).toBeLessThan(FLOOD_LENGTH - 1_000_000);
    expect(body).not.toContain('[DONE]');
  });

  it('that comes back to a long answer gets all of it', async () => {
    const chatId = nextChat();
    const posted = await postScript(app, {
      chatId,
      script: [{ type: 'flood', pieces: 128 }, { type: 'gate' }],
    });
    const [, rest] = await readUntil(posted, FLOOD_PIECE);
    await rest.cancel();
    await app.director.seen('gate', chatId);
    const reader = await resume(app, chatId);
    app.director.letGo(chatId);
    expect(reader.status).toBe(200);
    const length = 128 * FLOOD_PIECE.length;
    expect(textIn(await reader.text()).length).toBe(length);
  });
});
