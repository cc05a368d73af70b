import { useChat } from '@ai-sdk/react';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ChatInit, UIMessage } from 'ai';
import {
  DurableTransport,
  type DurableTransportOptions,
} from 'ai-durable-transport';
import { StrictMode } from 'react';
import { plain, textOf } from './chat-client.js';
import { EAGER } from './journey.js';

type Hook = ReturnType<typeof useChat<UIMessage>>;

export interface HookPageOptions {
  readonly api: string;
  readonly id: string;
  /** What the page is rendered with; from the server unless given. */
  readonly messages?: readonly UIMessage[];
  /** What its transport does otherwise. */
  readonly transport?: DurableTransportOptions;
  readonly init?: Pick<
    ChatInit<UIMessage>,
    'onFinish' | 'onToolCall' | 'onError' | 'sendAutomaticallyWhen'
  >;
}

/** A page with the real hook, as it is after a reload. */
export interface HookPage {
  readonly now: () => Hook;
  readonly transport: DurableTransport;
  /** How often it was rendered; twice each time, as StrictMode does it. */
  readonly renders: () => number;
  /** Every status that was rendered, without repetitions. */
  readonly statuses: readonly string[];
  readonly messages: () => readonly UIMessage[];
  /** Posts a message; its answer comes later. */
  send(text: string): void;
  /** Resolves when this is so; it is looked at again and again. */
  until(isSo: () => boolean): Promise<void>;
  /** Resolves when an answer is under way here that says so. */
  streams(text: string): Promise<void>;
  /** Resolves when nothing is under way, and what was said is there. */
  rests(text: string): Promise<void>;
  leave(): void;
}

export async function openHookPage({
  api,
  id,
  messages,
  transport: options,
  init = {},
}: HookPageOptions): Promise<HookPage> {
  const transport = new DurableTransport({ api, reconnect: EAGER, ...options });
  const initial = messages ?? (await transport.load({ chatId: id })).messages;
  const statuses: string[] = [];
  let renders = 0;
  const { result, unmount } = renderHook(
    () => {
      const chat = useChat({
        id,
        transport,
        messages: [...initial],
        resume: true,
        ...init,
      });
      renders += 1;
      if (statuses.at(-1) !== chat.status) statuses.push(chat.status);
      return chat;
    },
    { wrapper: StrictMode },
  );
  const says = (text: string): boolean =>
    textOf(result.current.messages.at(-1)).includes(text);
  const until = (isSo: () => boolean): Promise<void> =>
    waitFor(
      () => {
        if (!isSo()) throw new Error(`Still ${result.current.status}.`);
      },
      { timeout: 30_000, interval: 5 },
    );
  return {
    now: () => result.current,
    transport,
    renders: () => renders,
    statuses,
    messages: () => plain(result.current.messages),
    until,
    send: (text) => act(() => void result.current.sendMessage({ text })),
    streams: (text) =>
      until(() => says(text) && result.current.status === 'streaming'),
    rests: (text) =>
      until(() => says(text) && result.current.status === 'ready'),
    leave: () => act(unmount),
  };
}
