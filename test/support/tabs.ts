import type { Chat } from '@ai-sdk/react';
import type { UIMessage } from 'ai';
import { textOf } from './chat-client.js';

/** For `until`: the newest message says this. */
export function hasText(text: string): (chat: Chat<UIMessage>) => boolean {
  return ({ messages }) => textOf(messages.at(-1)).includes(text);
}

/** A `fetch` whose requests go where `route` sends them, as soon as it does. */
export function routed(
  route: (url: string, init?: RequestInit) => string | Promise<string>,
): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return fetch(await route(url, init), init);
  };
}
