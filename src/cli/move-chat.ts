import type { ChatDocument } from './chat-document.js';

/**
 * The same chat under another id. Large parts are named by URLs that carry the
 * chat's id (`{base}/{chatId}/blobs/{sha256}`): those of this chat move along.
 */
export function moveChat(document: ChatDocument, chatId: string): ChatDocument {
  if (chatId === document.chatId) return document;
  const own = new Set(document.blobs.map(({ id }) => id));
  const from = `/${encodeURIComponent(document.chatId)}/blobs/`;
  const to = `/${encodeURIComponent(chatId)}/blobs/`;
  const moved = (text: string): string => {
    const end = text.slice(-64);
    const isOwn = own.has(end) && text.endsWith(from + end);
    return isOwn ? text.slice(0, -from.length - 64) + to + end : text;
  };
  const records = document.records.map((record) => withTexts(record, moved));
  return { ...document, chatId, records };
}

/** A copy of a JSON value with every text in it replaced. */
function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => withTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      withTexts(item, change),
    ]),
  );
}
