import type { TestStreams } from 'ai-durable-transport/testing';
import { describe, expect, it } from 'vitest';
import {
  confirmedIn,
  load,
  readUntil,
  resume,
  storedRuns,
  textIn,
} from '../../runtimes/support/requests.js';
import { textOf } from '../../support/chat-client.js';
import { postMessage } from '../../support/post-message.js';
import { sequence } from '../../support/sequence.js';
import {
  BEGINNING,
  COUNTED,
  type CountingProvider,
} from './counting-provider.js';

/** An example as it stands, on a real server of its framework. */
export interface ServerUnderTest {
  readonly api: string;
  readonly streams: TestStreams;
  readonly provider: CountingProvider;
}

/** As the examples' `userOf` reads it. */
const SIGNED_IN = { cookie: 'user=ann' };

/** Asks, and reads until the model halts: what there is, and what is to come. */
async function halted({ api }: ServerUnderTest, id: string) {
  const response = await postMessage(api, { id, text: id, headers: SIGNED_IN });
  expect(response.status).toBe(200);
  return readUntil(response, 'three');
}

const ask = (
  { api }: ServerUnderTest,
  [method, path]: readonly [string, string],
  headers: Readonly<Record<string, string>> = SIGNED_IN,
): Promise<Response> =>
  fetch(`${api}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
  });

/** What every server does with the chat that it has mounted. */
export function servesChats(name: string, server: () => ServerUnderTest): void {
  const nextChat = sequence(name.replaceAll(' ', '-'));
  describe.concurrent(`a chat on ${name}`, () => {
    showsAnswers(server, nextChat);
    doesTheRest(server, nextChat);
  });
}

function showsAnswers(
  server: () => ServerUnderTest,
  nextChat: () => string,
): void {
  it('streams an answer as the model makes it', async () => {
    const id = nextChat();
    const [before, rest] = await halted(server(), id);
    expect(textIn(before)).toBe(BEGINNING);
    server().provider.letGo(id);
    expect(BEGINNING + textIn(await rest.text())).toBe(COUNTED);
  });

  it('goes on after the cursor of a reader that was cut off', async () => {
    const id = nextChat();
    const [before, rest] = await halted(server(), id);
    const { text, cursor } = confirmedIn(before);
    await rest.cancel();
    const headers = { ...SIGNED_IN, 'last-event-id': cursor };
    const again = await resume(server(), id, headers);
    server().provider.letGo(id);
    expect(text + textIn(await again.text())).toBe(COUNTED);
  });

  it('shows a page that reloads what was asked, and all of the answer', async () => {
    const id = nextChat();
    const [, rest] = await halted(server(), id);
    await rest.cancel();
    const { messages, activeRunId } = await load(server(), id, SIGNED_IN);
    expect(messages.map(textOf)).toEqual([id]);
    expect(activeRunId).toEqual(expect.any(String));
    const reloaded = await resume(server(), id, SIGNED_IN);
    const [before, live] = await readUntil(reloaded, 'three');
    server().provider.letGo(id);
    expect(textIn(before) + textIn(await live.text())).toBe(COUNTED);
  });

  it('lets an answer come to its end without a reader', async () => {
    const id = nextChat();
    const [, rest] = await halted(server(), id);
    await rest.cancel();
    server().provider.letGo(id);
    const [run] = await storedRuns(server(), id);
    expect(run).toMatchObject({
      statuses: ['active', 'done'],
      text: COUNTED,
    });
  });
}

function doesTheRest(
  server: () => ServerUnderTest,
  nextChat: () => string,
): void {
  it('stops an answer for another connection', async () => {
    const id = nextChat();
    const [, rest] = await halted(server(), id);
    const stopped = await ask(server(), ['POST', `/${id}/stop`]);
    expect(await stopped.json()).toEqual({ stopped: true });
    expect(await rest.text()).toContain('"type":"abort"');
    const [run] = await storedRuns(server(), id);
    expect(run).toMatchObject({
      statuses: ['active', 'stopped'],
      text: BEGINNING,
    });
  });

  it('deletes a chat', async () => {
    const id = nextChat();
    server().provider.letGo(id);
    const [, rest] = await halted(server(), id);
    await rest.text();
    await storedRuns(server(), id);
    const deleted = await ask(server(), ['DELETE', `/${id}`]);
    expect(deleted.status).toBe(204);
    const { messages } = await load(server(), id, SIGNED_IN);
    expect(messages).toEqual([]);
  });

  it('refuses who is not signed in, whatever is asked', async () => {
    const id = nextChat();
    const asked = [
      ['GET', `/${id}`],
      ['GET', `/${id}/stream`],
      ['POST', `/${id}/stop`],
      ['DELETE', `/${id}`],
    ] as const;
    const answers = await Promise.all([
      postMessage(server().api, { id, text: id }),
      ...asked.map((it) => ask(server(), it, {})),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(await answer.text()).toBe('Sign in first.');
    }
  });
}
