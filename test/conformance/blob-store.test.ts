import {
  scriptedModel,
  startStreams,
  type ScriptedModel,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import {
  fileOf,
  largeContent,
  sha256At,
  urlOf,
  type LargeContent,
} from '../support/large-content.js';
import { soundRuns } from '../support/read-log.js';
import { startInstances } from '../support/start-instances.js';

const id = 'chat-1';
const KB = 1_024;

/** A machine that does much else takes its time. */
const patience = { timeout: 20_000 };

// A streams server with files tells of its recovery on the console.
beforeAll(() => void vi.spyOn(console, 'info').mockReturnValue());

function painter({ base64 }: LargeContent, rest = ''): ScriptedModel {
  return scriptedModel([
    [
      { type: 'text', text: 'Here:' },
      { type: 'file', mediaType: 'image/png', data: base64 },
      { type: 'text', text: `Done.${rest}`, delayMs: 1 },
    ],
  ]);
}

const blobAt = ({ sha256 }: LargeContent): string => `/${id}/blobs/${sha256}`;

async function isStored(
  streams: TestStreams,
  content: LargeContent,
): Promise<boolean> {
  const { ok } = await fetch(streams.url + blobAt(content), { method: 'HEAD' });
  return ok;
}

describe.concurrent('a streams server that cannot take a large part', () => {
  it('[A39] for a while: the answer goes on, the part is served from memory, the log is whole in the end', async () => {
    await using streams = await startStreams();
    const content = largeContent(200 * KB);
    const model = painter(content);
    await using instances = await startInstances({ streams, model });
    const { one, other } = instances;
    const put = { method: 'PUT', url: blobAt(content) };
    streams.script = [{ kind: 'status', status: 503, when: put, times: 3 }];
    const tab = new Traveller(one);
    const { messages, errors } = await tab.send();
    expect(errors).toEqual([]);
    const { url } = fileOf(messages[1]);
    expect(await sha256At(one.url + url)).toBe(content.sha256);
    await one.settled();
    expect(one.errors).toEqual([]);
    expect((await other.chat.load(id)).messages).toEqual(messages);
    expect(await sha256At(other.url + url)).toBe(content.sha256);
    expect(await soundRuns(streams, id)).toMatchObject([
      { statuses: ['active', 'done'], text: 'Here:Done.' },
    ]);
  });

  it('[A39] whose answers get lost: it is stored once all the same', async () => {
    await using streams = await startStreams();
    const content = largeContent(200 * KB);
    const model = painter(content);
    await using instances = await startInstances({ streams, model });
    const { one } = instances;
    streams.script = [
      { kind: 'lose-response', when: { url: `/${id}/blobs/index` }, times: 2 },
      { kind: 'lose-response', when: { url: blobAt(content) }, times: 2 },
    ];
    const { messages } = await new Traveller(one).send();
    await one.settled();
    expect(one.errors).toEqual([]);
    const { url } = fileOf(messages[1]);
    expect(await sha256At(one.url + url)).toBe(content.sha256);
  });

  it('[A39] at all: the rest of the answer is stored, and the loss is told once', async () => {
    await using streams = await startStreams();
    const content = largeContent(200 * KB);
    const model = painter(content);
    await using instances = await startInstances({ streams, model });
    const { one } = instances;
    const when = { method: 'PUT', url: blobAt(content) };
    streams.script = [{ kind: 'status', status: 413, when }];
    const { messages, errors } = await new Traveller(one).send();
    expect(errors).toEqual([]);
    await one.settled();
    expect(one.errors).toMatchObject([
      { chatId: id, source: 'store', error: { code: 'rejected' } },
    ]);
    expect((await one.chat.load(id)).messages).toEqual(messages);
    const { url } = fileOf(messages[1]);
    expect((await fetch(one.url + url)).status).toBe(404);
  });

  it('[A39] and died before its bytes were written: they are written anew', async () => {
    await using streams = await startStreams();
    const content = largeContent(200 * KB);
    const model = painter(content);
    await using instances = await startInstances({ streams, model });
    // So the Node server's file store leaves it: there, empty, not closed.
    const headers = { 'content-type': 'image/png' };
    await fetch(streams.url + blobAt(content), { method: 'PUT', headers });
    const { messages } = await new Traveller(instances.one).send();
    await instances.one.settled();
    const { url } = fileOf(messages[1]);
    expect(await sha256At(instances.other.url + url)).toBe(content.sha256);
  });
});

describe.concurrent('a large part that is not stored yet', () => {
  it('[A39] never stands in the log before', async () => {
    await using streams = await startStreams();
    const content = largeContent(200 * KB);
    const model = painter(content);
    await using instances = await startInstances({ streams, model });
    const order: string[] = [];
    const { one } = instances;
    const when = { method: 'PUT', url: blobAt(content) };
    streams.script = [{ kind: 'delay', ms: 400, when }];
    const sent = new Traveller(one).send();
    for (;;) {
      const stored = await isStored(streams, content);
      const log = await fetch(`${streams.url}/${id}/log`);
      const isThere = (await log.text()).includes(content.sha256);
      order.push(`${isThere ? 'there' : 'not there'}, ${stored}`);
      if (isThere) break;
      await sleep(20);
    }
    await sent;
    expect(new Set(order)).toEqual(new Set(['not there, false', order.at(-1)]));
    expect(order.at(-1)).toBe('there, true');
  });

  it('[A39] is waited for on another instance', async () => {
    await using streams = await startStreams();
    const content = largeContent(200 * KB);
    const shown = gate();
    const model = scriptedModel([
      [
        { type: 'file', mediaType: 'image/png', data: content.base64 },
        { type: 'wait', until: shown.opened },
      ],
    ]);
    await using instances = await startInstances({ streams, model });
    const { one, other } = instances;
    const when = { method: 'PUT', url: blobAt(content) };
    streams.script = [{ kind: 'delay', ms: 500, when }];
    const sent = new Traveller(one).send();
    const index = { url: `/${id}/blobs/index` };
    await vi.waitUntil(() => streams.count(index) > 0, patience);
    const url = other.url + urlOf(id, content);
    expect(await sha256At(url)).toBe(content.sha256);
    shown.open();
    await sent;
  });
});

describe.concurrent('a chat that is deleted', () => {
  it('[A39] takes its large parts with it', async () => {
    await using streams = await startStreams();
    const [made, sent] = [largeContent(100 * KB), largeContent(100 * KB)];
    await using instances = await startInstances({
      streams,
      model: painter(made),
    });
    const { one, other } = instances;
    const tab = new Traveller(one);
    const files = [
      {
        type: 'file' as const,
        mediaType: 'image/png',
        url: sent.dataUrl,
      },
    ];
    await tab.tab.chat.sendMessage({ text: 'Like this!', files });
    await one.settled();
    const places = [made, sent].map(blobAt);
    const all = [...places, `/${id}/blobs/index`, `/${id}/log`];
    const statuses = (): Promise<number[]> =>
      Promise.all(
        all.map(async (place) => (await fetch(streams.url + place)).status),
      );
    expect(await statuses()).toEqual([200, 200, 200, 200]);
    const answer = await fetch(`${other.api}/${id}`, { method: 'DELETE' });
    expect(answer.status).toBe(204);
    expect(await statuses()).toEqual([404, 404, 404, 404]);
    const gone = await fetch(one.url + urlOf(id, made));
    expect(gone.status).toBe(404);
  });

  it('[A39] while an answer is written elsewhere: nothing stays behind', async () => {
    await using streams = await startStreams();
    const content = largeContent(100 * KB);
    const deleted = gate();
    const model = scriptedModel([
      [
        { type: 'text', text: 'Wait.' },
        { type: 'wait', until: deleted.opened },
        { type: 'file', mediaType: 'image/png', data: content.base64 },
        { type: 'text', text: 'There!' },
      ],
    ]);
    await using instances = await startInstances({ streams, model });
    const { one, other } = instances;
    const sent = new Traveller(one).send();
    await vi.waitUntil(async () => {
      const log = await fetch(`${streams.url}/${id}/log`);
      return (await log.text()).includes('Wait.');
    }, patience);
    await fetch(`${other.api}/${id}`, { method: 'DELETE' });
    deleted.open();
    await sent;
    await one.settled();
    expect(await isStored(streams, content)).toBe(false);
    const index = await fetch(`${streams.url}/${id}/blobs/index`);
    expect(index.status).toBe(404);
  });
});
