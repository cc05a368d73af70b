import { DurableTransport } from 'ai-durable-transport';
import type { UIMessage } from 'ai';
import type { Scene, SceneOptions } from './scene.js';

/** What a page that is loaded now gets. */
export async function loaded(
  { api }: Pick<Scene, 'api'>,
  chatId: string,
): Promise<UIMessage[]> {
  const { messages } = await new DurableTransport({ api }).load({ chatId });
  return messages;
}

/** How many characters the streams server holds of a chat's log and history. */
export async function storedSize(
  streams: { readonly url: string },
  chatId: string,
): Promise<number> {
  const texts = await Promise.all(
    ['log', 'history'].map(async (name) =>
      (await fetch(`${streams.url}/${chatId}/${name}`)).text(),
    ),
  );
  return texts.join('').length;
}

/** Whose earlier messages the app's model gets. */
export const inWays: readonly (readonly [string, Partial<SceneOptions>])[] = [
  ['of the client', {}],
  ['of the chat', { history: 'server' }],
];
