import type { UIMessage } from 'ai';
import type { ChatContext } from './chat-context.js';
import { inlineBlobs } from './inline-blobs.js';

/**
 * A POST's text, for a handler that reads the messages itself: with the data of
 * the chat's large parts in it. The same text where it has no URL of any.
 */
export async function inlinedBody(
  context: ChatContext,
  chatId: string,
  text: string,
): Promise<string> {
  if (!text.includes('blobs')) return text;
  // CAST: it was validated as such before the handler is asked.
  const body = JSON.parse(text) as Posted;
  const inline = (messages: readonly UIMessage[]): Promise<UIMessage[]> =>
    inlineBlobs(context, chatId, messages);
  const { message, messages } = body;
  if (messages !== undefined) {
    return JSON.stringify({ ...body, messages: await inline(messages) });
  }
  if (message === undefined) return text;
  const [inlined] = await inline([message]);
  return JSON.stringify({ ...body, message: inlined });
}

interface Posted {
  readonly messages?: readonly UIMessage[];
  readonly message?: UIMessage;
}
