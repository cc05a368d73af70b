import { Chat } from '@ai-sdk/react';
import type { ChatInit, UIMessage } from 'ai';
import {
  DurableTransport,
  type DurableTransportOptions,
} from 'ai-durable-transport';

export interface ChatClientOptions {
  readonly id?: string;
  readonly transport?: DurableTransportOptions;
  readonly init?: Partial<ChatInit<UIMessage>>;
}

/** One tab: the AI SDK's own Chat with our transport. */
export interface ChatClient {
  readonly chat: Chat<UIMessage>;
  readonly transport: DurableTransport;
  /** Every status that the Chat went through. */
  readonly statuses: string[];
}

export function openTab(
  api: string,
  { id = 'chat-1', transport: options, init }: ChatClientOptions = {},
): ChatClient {
  const transport = new DurableTransport({ api, ...options });
  const chat = new Chat<UIMessage>({ id, transport, ...init });
  const statuses: string[] = [chat.status];
  chat['~registerStatusCallback'](() => void statuses.push(chat.status));
  return { chat, transport, statuses };
}

/** Resolves when the condition holds; it is looked at whenever the Chat changes. */
export function until(
  { chat }: Pick<ChatClient, 'chat'>,
  isSo: (chat: Chat<UIMessage>) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (isSo(chat)) resolve();
    };
    chat['~registerMessagesCallback'](look);
    chat['~registerStatusCallback'](look);
    look();
  });
}

export function textOf(message: UIMessage | undefined): string {
  const parts = message?.parts ?? [];
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** As it is after a journey through JSON: without what is `undefined`. */
export function plain<T>(value: T): T {
  // CAST: the same, as far as JSON can tell.
  return JSON.parse(JSON.stringify(value)) as T;
}
