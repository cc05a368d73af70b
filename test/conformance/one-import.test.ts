import '../support/page-globals.js';
import { useChat } from '@ai-sdk/react';
import { cleanup } from '@testing-library/react';
import { DurableTransport } from 'ai-durable-transport';
import { useDurableChat } from 'ai-durable-transport/react';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { asUseChat } from '../react/as-use-chat.js';
import {
  openChatPage,
  type Chat,
  type ChatHook,
} from '../support/chat-page.js';
import { EAGER } from '../support/journey.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';
import { findToolPart } from '../support/tool-part.js';
import { versatileAgent } from '../support/versatile-agent.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
afterEach(() => cleanup());
const nextChat = sequence('one-import');

const picture = {
  type: 'file' as const,
  mediaType: 'image/gif',
  filename: 'dot.gif',
  url: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=',
};

const say = (text: string) => (chat: Chat) => chat.sendMessage({ text });

function approve({ messages, addToolApprovalResponse }: Chat): unknown {
  const parts = messages.map(findToolPart);
  const asked = parts.find((part) => part?.state === 'approval-requested');
  const id = asked?.approval?.id ?? '';
  return addToolApprovalResponse({ id, approved: true });
}

const ACTS = {
  greet: (chat: Chat) => chat.sendMessage({ text: 'hello', files: [picture] }),
  again: (chat: Chat) => chat.regenerate(),
  time: say('time'),
  mail: say('mail'),
  approve,
  fail: say('fail'),
  clear: (chat: Chat) => chat.clearError(),
  edit: ({ messages: [first], sendMessage }: Chat) =>
    sendMessage({ text: 'hi', messageId: first?.id ?? '' }),
  count: say('count'),
  stop: (chat: Chat) => chat.stop(),
};

const useSharedChat: ChatHook = (options) => asUseChat(useDurableChat(options));

/** All that a page shows and tells while somebody uses all that it has. */
async function journey(useIt: ChatHook) {
  const agents = { versatile: versatileAgent() };
  await using instances = await startInstances({ streams, agents });
  const { api } = instances.one;
  const transport = new DurableTransport({ api, reconnect: EAGER });
  const told: string[] = [];
  const id = nextChat();
  const page = openChatPage({ useIt, id, transport, acts: ACTS, told });
  const rested: unknown[] = [page.seen()];
  const steps: readonly (readonly [keyof typeof ACTS, string])[] = [
    ['greet', 'Heard hello.'],
    ['time', 'The clock is done.'],
    ['mail', 'approval-requested'],
    ['approve', 'The mail is done.'],
    ['again', 'approval-requested'],
    ['approve', 'The mail is done.'],
    ['edit', 'Heard hi.'],
  ];
  for (const [act, words] of steps) {
    page.press(act);
    await page.rests(words);
    rested.push(page.seen());
  }
  page.press('fail');
  await page.until(({ status }) => status === 'error');
  rested.push(page.seen());
  page.press('clear');
  rested.push(page.seen());
  page.press('count');
  await page.until(({ lines }) => (lines.at(-1) ?? '').startsWith('0 1'));
  page.press('stop');
  await page.until(({ status }) => status === 'ready');
  await page.until(() => told.at(-1)?.startsWith('finish aborted') === true);
  rested.push(page.seen().lines.slice(0, -1));
  page.leave();
  return { rested, told };
}

it('an app written for useChat does the same with useDurableChat', async () => {
  const before = await journey(useChat);
  const after = await journey(useSharedChat);
  expect(after).toEqual(before);
  expect(after.told).toEqual([
    'data-note thinking',
    'data-progress 50',
    'data-progress 100',
    'finish Heard hello., 2, false, false',
    'call clock',
    'finish , 4, false, false',
    'finish The clock is done., 4, false, false',
    'call mail',
    'finish , 6, false, false',
    'finish The mail is done., 6, false, false',
    'call mail',
    'finish , 6, false, false',
    'finish The mail is done., 6, false, false',
    'data-note thinking',
    'data-progress 50',
    'data-progress 100',
    'finish Heard hi., 2, false, false',
    'error An error occurred.',
    'finish , 3, false, true',
    'finish aborted, 5, false, false',
  ]);
});
