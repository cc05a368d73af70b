import { scriptedModel } from 'ai-durable-transport/testing';
import { startChatApp, type ChatApp, type ChatAppOptions } from './chat-app.js';
import { largeContent, urlOf, type LargeContent } from './large-content.js';
import { chunksOf, postMessage } from './post-message.js';
import { sequence } from './sequence.js';

export const nextChat = sequence('blob');

const BYTES = 204_800;

export interface Held extends AsyncDisposable {
  readonly app: ChatApp;
  readonly id: string;
  readonly content: LargeContent;
  /** Where the chat's one blob is. */
  readonly url: string;
}

/** A chat with one large part, made by its model. */
export async function holdBlob(
  options: ChatAppOptions,
  mediaType = 'image/png',
): Promise<Held> {
  const content = largeContent(BYTES, mediaType);
  const data = content.base64;
  const model = scriptedModel([[{ type: 'file', mediaType, data }]]);
  const app = await startChatApp({ model, ...options });
  const id = nextChat();
  await chunksOf(
    await postMessage(app.api, { id, headers: { 'x-user': 'owner' } }),
  );
  return {
    app,
    id,
    content,
    url: app.url + urlOf(id, content),
    [Symbol.asyncDispose]: () => app.close(),
  };
}
