import { OpenTelemetry } from '@ai-sdk/otel';
import {
  context,
  metrics,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { convertToModelMessages, streamText } from 'ai';
import { openTelemetry } from 'ai-durable-transport/otel';
import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import {
  afterAll,
  beforeAll,
  describe,
  expect,
  it,
  onTestFinished,
} from 'vitest';
import { Traveller } from '../support/journey.js';
import { sequence } from '../support/sequence.js';
import { says } from '../support/session-app.js';
import { keepContext, memorySdk } from './memory-sdk.js';
import { startTraced, tracing } from './start-traced.js';

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
const nextChat = sequence('traced');

/** What a user says, and what the model answers. */
const SECRET = 'my salary';
const hello = () =>
  scriptedModel([{ type: 'text', text: `So ${SECRET} it is` }]);

const namesOf = (events: readonly { readonly name: string }[]) =>
  events.map(({ name }) => name);

/** An answer to a POST that is traced itself, by a model call that is, too. */
async function answerWithin(id: string) {
  const sdk = memorySdk();
  const { tracer, meter } = sdk;
  const background: Promise<unknown>[] = [];
  const chat = createDurableChat({
    streams,
    authorize: allowAnyone(),
    waitUntil: (promise) => void background.push(promise),
    ...openTelemetry({ tracer, meter }),
    respond: async ({ messages }) =>
      streamText({
        model: hello(),
        messages: await convertToModelMessages(messages),
        telemetry: { integrations: [new OpenTelemetry({ tracer })] },
      }),
  });
  const body = JSON.stringify({ id, messages: [says('m', SECRET)] });
  const headers = { 'content-type': 'application/json' };
  const post = { method: 'POST', headers, body };
  const request = new Request('http://chat.test/api/chat', post);
  await tracer.startActiveSpan('POST', async (span) => {
    await (await chat.handle(request)).text();
    span.end();
  });
  await Promise.all(background);
  onTestFinished(() => sdk.close().then(() => undefined));
  return sdk;
}

describe('openTelemetry', () => {
  it('makes a span of an answer, below that of its request', async () => {
    const id = nextChat();
    const sdk = await answerWithin(id);
    const [root] = sdk.spans('POST');
    const [run] = sdk.spans('durable_chat.run');
    expect(run?.parentSpanContext?.spanId).toBe(root?.spanContext().spanId);
    expect(run).toMatchObject({
      attributes: {
        'gen_ai.conversation.id': id,
        'gen_ai.agent.id': 'assistant',
        'durable_chat.run.continuation': false,
        'durable_chat.run.status': 'done',
        'durable_chat.run.stored': true,
        'durable_chat.run.sealed': false,
      },
      status: { code: SpanStatusCode.UNSET },
    });
    expect(namesOf(run?.events ?? [])).toEqual([
      'durable_chat.first_chunk',
      'durable_chat.live_reader.left',
    ]);
  });

  it("has the model call's spans below the run, and the first append", async () => {
    const sdk = await answerWithin(nextChat());
    const [run] = sdk.spans('durable_chat.run');
    const runId = run?.spanContext().spanId;
    const below = sdk
      .spans()
      .filter(({ parentSpanContext }) => parentSpanContext?.spanId === runId);
    expect(namesOf(below).toSorted()).toEqual([
      'append log',
      expect.stringMatching(/^invoke_agent/),
    ]);
    expect(below.find(({ name }) => name === 'append log')).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: {
        'messaging.system': 'durable_streams',
        'messaging.operation.name': 'append',
        'messaging.operation.type': 'send',
        'messaging.destination.template': '{chat}/log',
        'durable_chat.append.chunks': 0,
      },
    });
  });

  it('says nothing of what was said, nor of who said it', async () => {
    const sdk = await answerWithin(nextChat());
    const own = sdk.spans().filter(({ name }) => /durable|append/.test(name));
    expect(own).toHaveLength(2);
    const said = JSON.stringify(
      own.map(({ attributes, events }) => [attributes, events]),
    );
    expect(said).not.toMatch(/salary|anyone/);
  });

  it('counts answers, chunks and appends, with units, and none by chat', async () => {
    await using traced = await startTraced({ streams, model: hello() });
    const { one, sdk } = traced;
    const id = nextChat();
    await new Traveller(one, { id }).send(SECRET);
    await one.settled();
    const all = await sdk.metrics();
    const assistant = { 'gen_ai.agent.id': 'assistant' };
    expect(all.get('durable_chat.runs')).toMatchObject({
      unit: '{run}',
      points: [
        {
          value: 1,
          attributes: {
            ...assistant,
            'durable_chat.run.status': 'done',
            'durable_chat.run.stored': true,
          },
        },
      ],
    });
    expect(all.get('durable_chat.active_runs')).toMatchObject({
      unit: '{run}',
      points: [{ value: 0, attributes: assistant }],
    });
    const [run] = sdk.spans('durable_chat.run');
    const chunks = run?.attributes['durable_chat.run.chunks'];
    expect(all.get('durable_chat.chunks')?.points).toMatchObject([
      { value: chunks },
    ]);
    const appends = run?.attributes['durable_chat.run.appends'];
    const log = { 'durable_chat.stream': 'log' };
    const history = { 'durable_chat.stream': 'history' };
    expect(all.get('durable_chat.appends')?.points).toEqual([
      expect.objectContaining({ value: appends, attributes: log }),
      expect.objectContaining({ value: 1, attributes: history }),
    ]);
    for (const [name, unit, count] of [
      ['run.duration', 's', 1],
      ['run.time_to_first_chunk', 's', 1],
      ['append.duration', 's', appends],
      ['append.size', 'By', appends],
      ['reader.lag', 'By', 1],
    ] as const) {
      const metric = all.get(`durable_chat.${name}`);
      expect([name, metric?.unit]).toEqual([name, unit]);
      expect(metric?.points[0]?.value).toMatchObject({ count });
    }
    const text = JSON.stringify([...all]);
    expect(text).not.toContain(id);
    expect(text).not.toMatch(/salary|anyone/);
  });

  it('marks a run that failed, with its error, but not the words', async () => {
    const error = new TypeError(`cannot read ${SECRET}`);
    const model = scriptedModel([{ type: 'error', error, how: 'throw' }]);
    await using traced = await startTraced({ streams, model });
    const { one, sdk } = traced;
    await new Traveller(one, { id: nextChat() }).send();
    await one.settled();
    const [run] = sdk.spans('durable_chat.run');
    expect(run).toMatchObject({
      attributes: {
        'durable_chat.run.status': 'failed',
        'error.type': 'TypeError',
      },
      status: { code: SpanStatusCode.ERROR },
    });
    expect(JSON.stringify([run?.status, run?.events])).not.toContain(SECRET);
    const runs = (await sdk.metrics()).get('durable_chat.runs')?.points;
    expect(runs).toMatchObject([{ attributes: { 'error.type': 'TypeError' } }]);
  });

  it('ends the spans of two instances that begin the same run of an agent', async () => {
    const { sdk, telemetry } = tracing();
    const { onEvent } = telemetry;
    const run = { chatId: 'c', runId: 'helper~m', agentId: 'helper' };
    const started = { type: 'run-started', isContinuation: false } as const;
    const end = { durationMs: 1, chunks: 0, isStored: true, isSealed: false };
    const ended = {
      ...run,
      ...end,
      type: 'run-ended',
      messageId: 'a',
    } as const;
    onEvent({ ...run, ...started });
    onEvent({ ...run, ...started });
    onEvent({ ...ended, status: 'abandoned' });
    onEvent({ ...ended, status: 'done' });
    onEvent({ ...ended, status: 'done' });
    const spans = sdk.spans('durable_chat.run');
    expect(
      spans.map(({ attributes }) => attributes['durable_chat.run.status']),
    ).toEqual(['abandoned', 'done']);
    expect(new Set(spans.map((span) => span.spanContext().spanId)).size).toBe(
      2,
    );
    await sdk.close();
  });

  it('uses the SDK that the app has set up, even after it was made', async () => {
    const { onEvent, aroundRespond } = openTelemetry();
    const sdk = memorySdk();
    trace.setGlobalTracerProvider(sdk.tracers);
    metrics.setGlobalMeterProvider(sdk.meters);
    const run = { chatId: 'c', runId: 'r', agentId: 'assistant' };
    onEvent({ type: 'run-started', ...run, isContinuation: false });
    let active = trace.getSpan(context.active());
    await aroundRespond(run, async () => {
      active = trace.getSpan(context.active());
    });
    const end = { durationMs: 1, chunks: 0, isStored: false, isSealed: true };
    onEvent({
      type: 'run-ended',
      ...run,
      messageId: 'm',
      status: 'interrupted',
      ...end,
    });
    const [span] = sdk.spans('durable_chat.run');
    expect(span?.instrumentationScope.name).toBe('ai-durable-transport');
    expect(active?.spanContext()).toEqual(span?.spanContext());
    expect(span).toMatchObject({
      attributes: { 'error.type': 'interrupted' },
      status: { code: SpanStatusCode.ERROR },
    });
    const runs = (await sdk.metrics()).get('durable_chat.runs');
    expect(runs?.points).toMatchObject([{ value: 1 }]);
    await sdk.close();
    metrics.disable();
  });
});
