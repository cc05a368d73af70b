import type { DurableChatEvent } from 'ai-durable-transport/server';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendPlain } from '../../src/log/index.js';
import { encodeCursor } from '../../src/protocol/index.js';
import { StoreWatch, watchedTarget } from '../../src/server/store-watch.js';
import { Traveller } from '../support/journey.js';
import {
  expectSound,
  halfWay,
  only,
  startObserved,
} from '../support/observed-instances.js';
import { chunksOf } from '../support/post-message.js';
import { readLog } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('kept');

const hello = () => scriptedModel([{ type: 'text', text: 'Hello, world' }]);

describe('onEvent', () => {
  it('is told of tries that failed, and when the store was away and back', async () => {
    await using own = await startStreams();
    const appends = { method: 'POST', url: '/away/log' };
    own.script = [
      { kind: 'pass', when: appends },
      { kind: 'status', status: 503, times: 2, when: appends },
      { kind: 'network-error', when: appends },
    ];
    await using instances = await startObserved({
      streams: own,
      model: hello(),
    });
    const { one } = instances;
    await new Traveller(one, { id: 'away' }).send();
    await one.settled();
    const events = instances.told(one);
    expectSound(events);
    const [{ runId } = { runId: undefined }] = only(events, 'run-started');
    const place = { chatId: 'away', stream: 'log', runId };
    expect(only(events, 'append-retried')).toMatchObject([
      { ...place, code: '503', tries: 1 },
      { ...place, code: '503', tries: 2 },
      { ...place, code: 'ECONNRESET', tries: 3 },
    ]);
    const stored = only(events, 'append-stored');
    expect(stored.map(({ tries }) => tries)).toEqual([1, 4, 1]);
    expect(only(events, 'store-away')).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(only(events, 'store-back')).toHaveLength(1);
    expect(only(instances.told(instances.one), 'run-ended')).toMatchObject([
      { status: 'done', isStored: true },
    ]);
  });

  it('takes a refusal for an answer', async () => {
    const statuses = [503, 503, 404, 503, 503, 400, 503, 503, 503, 400];
    const told: DurableChatEvent[] = [];
    const store = new StoreWatch((event) => void told.push(event), Date.now);
    const place = { chatId: 'refused', stream: 'history' } as const;
    const plain = {
      url: 'http://127.0.0.1:9/history',
      fetch: async () =>
        new Response('no', { status: statuses.shift() ?? 500 }),
    };
    const target = watchedTarget(plain, store, place);
    const retry = { initialDelayMs: 1, maxDelayMs: 1, giveUpAfterMs: 20_000 };
    const append = () => appendPlain(target, { body: '[]', retry });
    const ofStore = () =>
      told.map(({ type }) => type).filter((type) => type.startsWith('store'));
    expect(await append()).toBe('missing');
    await expect(append()).rejects.toMatchObject({ status: 400 });
    expect(ofStore()).toEqual([]);
    await expect(append()).rejects.toMatchObject({ status: 400 });
    expect(ofStore()).toEqual(['store-away', 'store-back']);
    expect(only(told, 'append-stored')).toEqual([]);
  });

  it('says of a run that could not be stored that it is not', async () => {
    await using own = await startStreams();
    own.script = [
      { kind: 'status', status: 400, when: { method: 'POST' }, times: 9 },
    ];
    await using instances = await startObserved({
      streams: own,
      model: hello(),
    });
    await new Traveller(instances.one).send();
    await instances.one.settled();
    expect(only(instances.told(instances.one), 'run-ended')).toMatchObject([
      { status: 'done', isStored: false },
    ]);
  });

  it('is told what a resume was served from, and how much of it', async () => {
    const id = nextChat();
    const { instances, end } = await halfWay({ streams }, id);
    await using _ = instances;
    const { one, other } = instances;
    const resume = (api: string, init?: RequestInit, query = '') =>
      fetch(`${api}/${id}/stream${query}`, init);
    const gone = new AbortController();
    const { signal } = gone;
    await resume(one.api, { signal });
    await resume(other.api, { signal });
    const chunks = (await readLog(streams, id)).flatMap((record) =>
      record.type === 'chunk' ? record.value.chunks : [],
    );
    const [{ runId } = { runId: '' }] = only(
      instances.told(one),
      'run-started',
    );
    const headers = { 'last-event-id': encodeCursor({ runId, delivered: 3 }) };
    await resume(one.api, { signal, headers });
    const served = { type: 'resume-served', chatId: id, runId };
    const whole = { ...served, after: 'start', replayedChunks: chunks.length };
    const rest = { after: 'cursor', replayedChunks: chunks.length - 3 };
    expect(only(instances.told(one), 'resume-served')).toMatchObject([
      { ...whole, source: 'memory' },
      { ...served, ...rest, source: 'memory' },
    ]);
    expect(only(instances.told(other), 'resume-served')).toMatchObject([
      { ...whole, source: 'log' },
    ]);
    gone.abort();
    await end();
    const late = await chunksOf(await resume(other.api, {}, '?have=older'));
    expect(only(instances.told(other), 'resume-served').at(-1)).toMatchObject({
      ...served,
      source: 'history',
      // The run's end is not counted.
      replayedChunks: late.chunks.length - 1,
    });
    expect((await resume(other.api)).status).toBe(204);
    expect(only(instances.told(other), 'resume-served')).toHaveLength(2);
  });

  it('is told of a large part once it is stored', async () => {
    const id = nextChat();
    const data = new Uint8Array(100_000).fill(7);
    const model = scriptedModel([
      { type: 'file', mediaType: 'image/png', data },
    ]);
    await using instances = await startObserved({ streams, model });
    const { one } = instances;
    await new Traveller(one, { id }).send();
    await one.settled();
    const events = instances.told(one);
    expectSound(events);
    expect(only(events, 'blob-stored')).toMatchObject([
      {
        chatId: id,
        runId: only(instances.told(instances.one), 'run-ended')[0]?.runId,
        bytes: data.length,
      },
    ]);
  });
});
