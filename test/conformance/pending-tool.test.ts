import '../support/page-globals.js';
import type { UIMessage } from 'ai';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { act, goesOn, rests, shows } from '../support/asked-user.js';
import { textOf } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { openHookPage } from '../support/hook-page.js';
import { Traveller } from '../support/journey.js';
import { openScene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';
import { toolAnswer } from '../support/tool-answer.js';
import { findToolPart, toolPartOf } from '../support/tool-part.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('pending');

/** Calls of `onToolCall`, as a page's option. */
function toolCalls() {
  const calls: string[] = [];
  const onToolCall = ({ toolCall }: { toolCall: { toolName: string } }): void =>
    void calls.push(toolCall.toolName);
  return { calls, onToolCall };
}

/** A chat whose answer ended with a call that only the page can carry out. */
async function asked() {
  const answer = toolAnswer('askUser');
  answer.middle.open();
  const scene = await openScene({ streams, respond: answer.respond });
  const id = nextChat();
  const tab = new Traveller(scene, { id });
  await tab.send();
  await scene.stored();
  return { scene, id, answer, seen: tab.journey().messages };
}

describe('a page that is loaded while a client tool waits', () => {
  it('[A19] shows it as it is and does not call it; what the user answers goes on', async () => {
    const { scene, id, answer, seen } = await asked();
    await using closing = scene;
    const { calls, onToolCall } = toolCalls();
    const page = new Traveller(closing, {
      id,
      init: { ...goesOn, onToolCall },
    });
    const { chat, transport } = page.tab;
    chat.messages = (await transport.load({ chatId: id })).messages;
    const { messages, statuses } = await page.resume();
    expect(messages).toEqual(seen);
    expect(statuses).toEqual(['ready']);
    expect(toolPartOf(messages[1])).toMatchObject({
      state: 'input-available',
      input: { question: 'Which one?' },
    });
    expect(calls).toEqual([]);
    await act(page.tab, 'answers');
    await shows(page, '再见');
    await rests(page);
    expect(toolPartOf(page.journey().messages[1])).toMatchObject({
      state: 'output-available',
      output: 'This',
    });
    expect(page.journey().messages).toHaveLength(2);
    expect(calls).toEqual([]);
    expect(answer.model.calls).toHaveLength(2);
  });

  it('[A19] is asked to carry it out, once, where the answer ended before it resumed', async () => {
    const { scene, id, seen } = await asked();
    await using closing = scene;
    const { calls, onToolCall } = toolCalls();
    const page = await openHookPage({
      api: closing.api,
      id,
      messages: seen.slice(0, 1),
      transport: { newestMessageId: () => seen[0]?.id },
      init: { onToolCall },
    });
    await page.rests('One moment');
    expect(page.messages()).toEqual(seen);
    expect(calls).toEqual(['askUser']);
    page.leave();
  });

  it('[A19] is asked to carry it out, once, where the answer goes on beside it', async () => {
    const middle = gate();
    const input = { question: 'Which one?' };
    const call = { toolCallId: 'call', toolName: 'askUser' };
    const respond = () =>
      new ReadableStream<object>({
        async start(controller) {
          controller.enqueue({ type: 'tool-input-available', ...call, input });
          controller.enqueue({ type: 'text-start', id: 't' });
          controller.enqueue({ type: 'text-delta', id: 't', delta: 'Well, ' });
          await middle.opened;
          controller.enqueue({ type: 'text-delta', id: 't', delta: 'then.' });
          controller.enqueue({ type: 'text-end', id: 't' });
          controller.close();
        },
      });
    await using scene = await openScene({ streams, respond });
    const id = nextChat();
    const first = toolCalls();
    const { onToolCall } = first;
    const sender = new Traveller(scene, { id, init: { onToolCall } });
    const sent = sender.send();
    await shows(sender, 'Well');
    const second = toolCalls();
    const page = await openHookPage({
      api: scene.api,
      id,
      init: { onToolCall: second.onToolCall },
    });
    await page.streams('Well');
    const pending = (messages: readonly UIMessage[]) =>
      messages[1] && findToolPart(messages[1]);
    expect(pending(page.messages())).toMatchObject({
      state: 'input-available',
      input,
    });
    middle.open();
    await page.rests('then.');
    const { messages } = await sent;
    expect(page.messages()).toEqual(messages);
    expect(textOf(messages[1])).toBe('Well, then.');
    expect([first.calls, second.calls]).toEqual([['askUser'], ['askUser']]);
    page.leave();
  });
});
