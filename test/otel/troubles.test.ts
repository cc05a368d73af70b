import { SpanStatusCode } from '@opentelemetry/api';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Traveller } from '../support/journey.js';
import { leaveRun } from '../support/leave-run.js';
import { sequence } from '../support/sequence.js';
import { keepContext } from './memory-sdk.js';
import { halfTraced, startTraced } from './start-traced.js';

let streams: TestStreams;
let forgetContext: () => void;
beforeAll(async () => {
  forgetContext = keepContext();
  streams = await startStreams();
});
afterAll(async () => {
  forgetContext();
  await streams.stop();
});
const nextChat = sequence('troubled');

const hello = () => scriptedModel([{ type: 'text', text: 'Hello, world' }]);

describe('openTelemetry', () => {
  it('shows a run that is stopped, and that it was active', async () => {
    const id = nextChat();
    await using traced = await halfTraced({ streams }, id);
    const { one, sdk, end } = traced;
    const active = async () =>
      (await sdk.metrics()).get('durable_chat.active_runs')?.points[0]?.value;
    expect(await active()).toBe(1);
    await one.chat.stop(id);
    await end();
    expect(await active()).toBe(0);
    expect(sdk.spans('durable_chat.run')).toMatchObject([
      {
        attributes: { 'durable_chat.run.status': 'stopped' },
        status: { code: SpanStatusCode.UNSET },
      },
    ]);
    expect(sdk.spans('durable_chat.seal')).toEqual([]);
  });

  it('shows that a dead writer was sealed, below the request that saw it', async () => {
    await using traced = await startTraced({ streams, model: hello() });
    const { one, sdk } = traced;
    const id = nextChat();
    const runId = await leaveRun(streams, id, 60_000);
    await sdk.tracer.startActiveSpan('GET', async (span) => {
      await one.chat.load(id);
      span.end();
    });
    const [get] = sdk.spans('GET');
    const [seal] = sdk.spans('durable_chat.seal');
    expect(seal?.parentSpanContext?.spanId).toBe(get?.spanContext().spanId);
    expect(seal?.attributes).toEqual({
      'gen_ai.conversation.id': id,
      'durable_chat.run.id': runId,
      'durable_chat.seal.reason': 'lease',
    });
    const seals = (await sdk.metrics()).get('durable_chat.seals')?.points;
    expect(seals).toMatchObject([
      { value: 1, attributes: { 'durable_chat.seal.reason': 'lease' } },
    ]);
  });

  it('shows the appends that had to be repeated, and the outage', async () => {
    await using own = await startStreams();
    const when = { method: 'POST' };
    own.script = [
      { kind: 'pass', when },
      { kind: 'status', status: 503, times: 3, when },
    ];
    await using traced = await startTraced({ streams: own, model: hello() });
    const { one, sdk } = traced;
    await new Traveller(one).send();
    await one.settled();
    const [run] = sdk.spans('durable_chat.run');
    const retries = run?.events.filter(
      ({ name }) => name === 'durable_chat.append.retried',
    );
    const error = { 'error.type': '503', 'http.response.status_code': 503 };
    expect(retries).toMatchObject(
      [1, 2, 3].map((tries) => ({
        attributes: { ...error, 'durable_chat.append.tries': tries },
      })),
    );
    expect(sdk.spans('append log')).toMatchObject([
      { attributes: { 'durable_chat.append.chunks': 0 } },
      { attributes: { 'http.request.resend_count': 3 } },
    ]);
    const [, repeated] = sdk.spans('append log');
    expect(repeated?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId);
    const all = await sdk.metrics();
    expect(all.get('durable_chat.append.retries')?.points).toMatchObject([
      { value: 3, attributes: { ...error, 'durable_chat.stream': 'log' } },
    ]);
    expect(all.get('durable_chat.store.outages')?.points).toMatchObject([
      { value: 1, attributes: error },
    ]);
    const outage = all.get('durable_chat.store.outage.duration');
    expect(outage).toMatchObject({
      unit: 's',
      points: [{ value: { count: 1 } }],
    });
  });

  it('shows a resume, for as long as it took', async () => {
    const id = nextChat();
    await using traced = await halfTraced({ streams }, id);
    const { one, sdk, end } = traced;
    const gone = new AbortController();
    const { signal } = gone;
    await fetch(`${one.api}/${id}/stream`, { signal });
    gone.abort();
    await end();
    const [resume] = sdk.spans('durable_chat.resume');
    const replayed = resume?.attributes['durable_chat.resume.replayed_chunks'];
    expect(replayed).toBeGreaterThan(3);
    expect(resume?.attributes).toMatchObject({
      'gen_ai.conversation.id': id,
      'durable_chat.resume.source': 'memory',
      'durable_chat.resume.after': 'start',
    });
    const all = await sdk.metrics();
    const source = { 'durable_chat.resume.source': 'memory' };
    expect(all.get('durable_chat.resumes')?.points).toMatchObject([
      { value: 1, attributes: source },
    ]);
    expect(all.get('durable_chat.resume.replayed_chunks')).toMatchObject({
      unit: '{chunk}',
      points: [{ value: replayed, attributes: source }],
    });
    expect(all.get('durable_chat.resume.duration')).toMatchObject({
      unit: 's',
      points: [{ value: { count: 1 } }],
    });
  });
});
