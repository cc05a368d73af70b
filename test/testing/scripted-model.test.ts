import * as v7 from 'ai';
import * as v6 from 'ai-v6';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  fixedClock,
  scriptedModel,
  scriptedText,
  type ModelScript,
  type ScriptedModel,
} from '../../src/testing/index.js';

const weather = {
  description: 'Tells the weather',
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }: { city: string }) => Promise.resolve(`Rain in ${city}`),
};

const twoSteps: ModelScript = [
  [
    { type: 'reasoning', text: 'I have to look.' },
    {
      type: 'tool-call',
      toolName: 'weather',
      input: { city: 'Oslo' },
      pieces: 4,
    },
  ],
  scriptedText('It is raining in Oslo.'),
];

const sdks = [
  { name: 'ai v6', sdk: v6 },
  { name: 'ai v7', sdk: v7 },
] as const;

interface Streamed {
  readonly text: PromiseLike<string>;
  readonly steps: PromiseLike<readonly { readonly finishReason: string }[]>;
  readonly chunks: Promise<{ readonly type: string }[]>;
}

/** One function for both majors: their types differ, their calls do not. */
function ask(
  sdk: typeof v6 | typeof v7,
  model: ScriptedModel,
  abortSignal = new AbortController().signal,
): Streamed {
  const result =
    sdk === v6 ? askV6(model, abortSignal) : askV7(model, abortSignal);
  for (const promise of [result.text, result.steps]) {
    promise.then(undefined, () => undefined);
  }
  return result;
}

function askV6(model: ScriptedModel, abortSignal: AbortSignal): Streamed {
  const result = v6.streamText({
    model: ofV6(model),
    prompt: 'Weather?',
    tools: { weather: v6.tool(weather) },
    stopWhen: v6.stepCountIs(3),
    onError: () => undefined,
    abortSignal,
  });
  const { text, steps } = result;
  return {
    text,
    steps,
    chunks: collect(result.toUIMessageStream({ sendSources: true })),
  };
}

function askV7(model: ScriptedModel, abortSignal: AbortSignal): Streamed {
  const result = v7.streamText({
    model,
    prompt: 'Weather?',
    tools: { weather: v7.tool(weather) },
    stopWhen: v7.stepCountIs(3),
    onError: () => undefined,
    abortSignal,
  });
  const { text, steps } = result;
  return {
    text,
    steps,
    chunks: collect(result.toUIMessageStream({ sendSources: true })),
  };
}

// CAST: the repository's `ai` is v7; under v6 `LanguageModel` is v6's own.
const ofV6 = (model: ScriptedModel) => model as unknown as v6.LanguageModel;

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

const never = (): Promise<void> => new Promise(() => undefined);

describe.each(sdks)('scriptedModel under $name', ({ sdk }) => {
  it('plays a tool call with streamed input, and the next step', async () => {
    const model = scriptedModel(twoSteps);
    const result = ask(sdk, model);

    const types = (await result.chunks).map(({ type }) => type);
    expect(types.filter((type) => type === 'tool-input-delta')).toHaveLength(4);
    expect(types).toContain('reasoning-delta');
    expect(types).toContain('tool-output-available');
    expect(await result.text).toBe('It is raining in Oslo.');
    expect((await result.steps).map((step) => step.finishReason)).toEqual([
      'tool-calls',
      'stop',
    ]);
    expect(model.calls.map(({ outcome }) => outcome)).toEqual([
      'finished',
      'finished',
    ]);
    expect(model.calls[1]?.prompt.at(-1)?.role).toBe('tool');
  });

  it('plays sources, files and tools that the provider runs', async () => {
    const model = scriptedModel([
      { type: 'source', url: 'https://example.com', title: 'Example' },
      { type: 'file', mediaType: 'text/plain', data: 'aGk=' },
      {
        type: 'tool-call',
        toolName: 'weather',
        input: { city: 'Bergen' },
        result: 'Rain',
      },
      ...scriptedText('Rain.'),
    ]);
    const result = ask(sdk, model);

    const types = (await result.chunks).map(({ type }) => type);
    expect(types).toContain('source-url');
    expect(types).toContain('file');
    expect(types).toContain('tool-output-available');
    expect(model.calls).toHaveLength(1);
    expect(await result.text).toBe('Rain.');
  });

  it('is aborted in the middle of a pause', async () => {
    const controller = new AbortController();
    const model = scriptedModel([
      { type: 'text', text: ['Half'] },
      { type: 'wait', until: never },
      { type: 'text', text: ['never said'] },
    ]);
    const { chunks } = ask(sdk, model, controller.signal);
    const call = await model.called();
    await until(() => call.sent.some(({ type }) => type === 'text-delta'));

    controller.abort();

    expect((await chunks).at(-1)?.type).toBe('abort');
    expect(await call.ended).toBe('aborted');
    expect(JSON.stringify(call.sent)).not.toContain('never said');
  });

  it.each(['part', 'throw'] as const)(
    'fails in mid-stream (%s)',
    async (how) => {
      const model = scriptedModel([
        { type: 'text', text: 'Half an' },
        { type: 'error', error: new Error('overloaded'), how },
      ]);
      const { chunks } = ask(sdk, model);
      const outcome = chunks.then(
        (all) => all.map(({ type }) => type),
        (error: unknown) => [String(error)],
      );

      expect((await outcome).join()).toMatch(/error|overloaded/);
      expect(await model.calls[0]?.ended).toBe('failed');
    },
  );

  it('answers generateText from the same script', async () => {
    const model = scriptedModel(twoSteps);
    const { text } =
      sdk === v6
        ? await v6.generateText({
            model: ofV6(model),
            prompt: 'Weather?',
            tools: { weather: v6.tool(weather) },
            stopWhen: v6.stepCountIs(3),
          })
        : await v7.generateText({
            model,
            prompt: 'Weather?',
            tools: { weather: v7.tool(weather) },
            stopWhen: v7.stepCountIs(3),
          });
    expect(text).toBe('It is raining in Oslo.');
  });
});

describe('scriptedModel', () => {
  it('waits in the time that it is given', async () => {
    const clock = fixedClock();
    const model = scriptedModel(scriptedText('a b c', { delayMs: 1_000 }), {
      sleep: clock.sleep,
    });
    const { text } = ask(v7, model);
    const call = await model.called();

    await clock.advance(1_999);
    expect(deltas(call.sent)).toEqual(['a']);
    await clock.advance(1_001);
    expect(await text).toBe('a b c');
    expect(clock.now()).toBe(3_000);
  });

  it('asks a function for the script of each call', async () => {
    const model = scriptedModel(({ index, prompt }) =>
      scriptedText(`call ${index} of ${prompt.length}`),
    );
    expect(await ask(v7, model).text).toBe('call 0 of 1');
    expect(await ask(v7, model).text).toBe('call 1 of 1');
  });

  it('says so when it is called more often than its script provides', async () => {
    const model = scriptedModel([scriptedText('only one')]);
    await ask(v7, model).text;
    await expect(
      Promise.resolve(model.doStream({ prompt: [] })),
    ).rejects.toThrow('called 2 times, but its script has only 1 calls');
    expect(model.calls[1]?.outcome).toBe('failed');
  });

  it('is cancelled when nobody reads its stream any more', async () => {
    const model = scriptedModel([{ type: 'wait', ms: 60_000 }]);
    const { stream } = await model.doStream({ prompt: [] });
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel();
    expect(await model.calls[0]?.ended).toBe('cancelled');
  });

  it('refuses a call whose signal has aborted already', async () => {
    const model = scriptedModel(scriptedText('nothing'));
    const abortSignal = AbortSignal.abort();
    await expect(
      Promise.resolve(model.doStream({ prompt: [], abortSignal })),
    ).rejects.toThrow('aborted');
    expect(model.calls[0]?.outcome).toBe('aborted');
  });

  it.each([
    [undefined, ['One', ' two', '  three ']],
    [2, ['One two ', ' three ']],
    [100, Array.from('One two  three ')],
  ])('cuts a text into %s pieces without loss', async (pieces, expected) => {
    const text = 'One two  three ';
    const model = scriptedModel(
      scriptedText(text, pieces === undefined ? {} : { pieces }),
    );
    await ask(v7, model).text;
    expect(deltas(model.calls[0]?.sent ?? [])).toEqual(expected);
  });

  it('never cuts a character apart', async () => {
    const model = scriptedModel(scriptedText('🙂🙃🙂', { pieces: 3 }));
    await ask(v7, model).text;
    expect(deltas(model.calls[0]?.sent ?? [])).toEqual(['🙂', '🙃', '🙂']);
  });
});

function deltas(parts: readonly { type: string; delta?: string }[]): string[] {
  return parts.flatMap(({ type, delta }) =>
    type === 'text-delta' && delta !== undefined ? [delta] : [],
  );
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
