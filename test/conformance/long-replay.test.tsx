import '../support/page-globals.js';
import type { UIMessage, UIMessageChunk } from 'ai';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gate } from '../support/gate.js';
import { openHookPage, type HookPage } from '../support/hook-page.js';
import { messageOf } from '../support/observed-answer.js';
import { untilLogged } from '../support/read-log.js';
import { openScene, type Scene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('long');

const many = <T,>(count: number, at: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => at(index));

const reasoning = (delta: string): UIMessageChunk => ({
  type: 'reasoning-delta',
  id: 'r',
  delta,
});
const word = (delta: string): UIMessageChunk => ({
  type: 'text-delta',
  id: 't',
  delta,
});

const call = { toolCallId: 'call', toolName: 'write' };
const written = JSON.stringify({ lines: many(400, (i) => i).join('\n') });

/** 10,000 chunks: thoughts, a tool's input in pieces, and a long text. */
const long: readonly UIMessageChunk[] = [
  { type: 'start', messageId: 'answer' },
  { type: 'start-step' },
  { type: 'reasoning-start', id: 'r' },
  ...many(2_000, (i) => reasoning(`why ${i} `)),
  { type: 'reasoning-end', id: 'r' },
  { type: 'tool-input-start', ...call },
  ...written.split('').map(
    (inputTextDelta) =>
      ({
        type: 'tool-input-delta',
        toolCallId: call.toolCallId,
        inputTextDelta,
      }) satisfies UIMessageChunk,
  ),
  { type: 'tool-input-available', ...call, input: JSON.parse(written) },
  {
    type: 'tool-output-available',
    toolCallId: call.toolCallId,
    output: 'done',
  },
  { type: 'text-start', id: 't' },
];
const words = many(10_000 - long.length - 10, (i) => word(`${i} `));
const begun = [...long, ...words];
const rest: readonly UIMessageChunk[] = [
  ...many(7, (i) => word(`and ${i} `)),
  { type: 'text-end', id: 't' },
  { type: 'finish-step' },
  { type: 'finish' },
];

/** Posted by nobody who would read the answer. */
async function begin(scene: Scene, id: string): Promise<UIMessage> {
  const question: UIMessage = {
    id: 'question',
    role: 'user',
    parts: [{ type: 'text', text: 'Tell me all.' }],
  };
  const response = await fetch(scene.app.api, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, messages: [question] }),
  });
  await response.body?.cancel();
  return question;
}

/** How often a page may render a replay, whatever is in it. */
const FEW = 60;

async function expectFew(
  page: HookPage,
  { proxy }: Scene,
  id: string,
): Promise<void> {
  const { length } = proxy.requests;
  expect(page.renders()).toBeLessThan(FEW);
  expect(length).toBe(1);
  const replay = await fetch(`${proxy.url}/api/chat/${id}/stream?have=`);
  const body = await replay.text();
  expect(body.match(/^data: /gm)?.length).toBeLessThan(40);
}

describe('an answer of 10,000 chunks', () => {
  it('[A13] is merged, rendered a few times and equal, where a page joins at its end', async () => {
    expect(begun.length + rest.length).toBe(10_000);
    const middle = gate();
    const respond = () =>
      new ReadableStream<UIMessageChunk>({
        async start(controller) {
          for (const chunk of begun) controller.enqueue(chunk);
          await middle.opened;
          for (const chunk of rest) controller.enqueue(chunk);
          controller.close();
        },
      });
    await using scene = await openScene({ streams, respond });
    const id = nextChat();
    const question = await begin(scene, id);
    const last = begun.at(-1);
    await untilLogged(streams, id, last && 'delta' in last ? last.delta : '');
    const expected = await messageOf({
      messageId: 'answer',
      base: undefined,
      chunks: [...begun, ...rest],
    });

    const page = await openHookPage({
      api: scene.api,
      id,
      messages: [question],
    });
    await page.streams(` ${words.length - 1} `);
    middle.open();
    await page.rests('and 6 ');
    expect(page.messages()).toEqual([question, expected]);
    await scene.stored();
    await expectFew(page, scene, id);
    page.leave();

    const late = await openHookPage({
      api: scene.app.api,
      id,
      messages: [question],
      transport: { newestMessageId: () => question.id },
    });
    await late.rests('and 6 ');
    expect(late.messages()).toEqual([question, expected]);
    expect(late.renders()).toBeLessThan(FEW);
    late.leave();
  });
});
