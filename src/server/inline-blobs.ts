import type { UIMessage } from 'ai';
import {
  blobIdOf,
  blobPrefix,
  DurableChatError,
  encodeBase64,
  isBlobReference,
  isFilePart,
  isToolPart,
  messageParts,
  type BlobValue,
  type MessagePart,
} from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { awaitBlobs } from './find-blobs.js';
import { openChatBlob } from './open-chat-blob.js';
import { patiently } from './patiently.js';

/** More than any model takes; and messages of 1 MB may name very much. */
const MAX_INLINED_BYTES = 256 * 1_048_576;

/**
 * Messages with the URLs of this chat's blobs made data again, so that a model
 * gets what it would have got: files as data URLs, tools' outputs as they
 * were. Nothing but this chat's own blobs is ever looked up, whatever URL a
 * client has posted.
 *
 * A file that is gone is replaced by a text that says so, and reported; of an
 * output that is gone the reference stays.
 *
 * @throws DurableChatError `store-unavailable`, or `body-too-large`
 */
export async function inlineBlobs(
  context: ChatContext,
  chatId: string,
  messages: readonly UIMessage[],
): Promise<UIMessage[]> {
  const prefix = blobPrefix(context.options.basePath, chatId);
  const references = new Map<string, Reference>();
  for (const part of messages.flatMap(messageParts)) {
    const reference = referenceIn(part, prefix);
    if (reference !== undefined) references.set(keyOf(reference), reference);
  }
  if (references.size === 0) return [...messages];
  const contents = await contentsOf(context, chatId, references);
  return messages.map((message) => {
    const parts = messageParts(message).map((part) => {
      const reference = referenceIn(part, prefix);
      if (reference === undefined) return part;
      return inlined(part, reference, contents.get(keyOf(reference)));
    });
    // CAST: the same parts, or a text in the place of a file.
    return { ...message, parts: parts as UIMessage['parts'] };
  });
}

interface Reference {
  readonly kind: 'file' | 'output';
  readonly id: string;
}

const keyOf = ({ kind, id }: Reference): string => `${kind} ${id}`;

function referenceIn(part: MessagePart, prefix: string): Reference | undefined {
  const isFile = isFilePart(part);
  const output = isToolPart(part) ? part['output'] : undefined;
  const url = isBlobReference(output) ? output.url : undefined;
  const id = blobIdOf(isFile ? part['url'] : url, prefix);
  if (id === undefined) return undefined;
  return { kind: isFile ? 'file' : 'output', id };
}

/** `content`: a data URL, or an output's JSON text. */
function inlined(
  part: MessagePart,
  { kind }: Reference,
  content: string | undefined,
): MessagePart {
  if (kind === 'file') {
    return content === undefined ? lostFile(part) : { ...part, url: content };
  }
  if (content === undefined) return part;
  return { ...part, output: JSON.parse(content) };
}

function lostFile({ mediaType }: MessagePart): MessagePart {
  const text = `[A file (${String(mediaType)}) is not available any more.]`;
  return { type: 'text', text };
}

/** How many are read at the same time. */
const AT_ONCE = 8;

/** What the references stand for; nothing for those that stand for nothing. */
async function contentsOf(
  context: ChatContext,
  chatId: string,
  references: ReadonlyMap<string, Reference>,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set([...references.values()].map(({ id }) => id));
  const blobs = await awaitBlobs(context, chatId, [...ids]);
  checkSize(blobs);
  const there = [...references].filter(([, { id }]) => blobs.has(id));
  const contents = new Map<string, string>();
  for (let from = 0; from < there.length; from += AT_ONCE) {
    const some = there.slice(from, from + AT_ONCE);
    const reading = some.map(async ([key, reference]) => {
      const content = await contentOf(context, chatId, reference);
      if (content !== undefined) contents.set(key, content);
    });
    await Promise.all(reading);
  }
  const missing = references.size - contents.size;
  if (missing > 0) report(context, chatId, missing);
  return contents;
}

function checkSize(blobs: ReadonlyMap<string, BlobValue>): void {
  let bytes = 0;
  for (const blob of blobs.values()) bytes += blob.bytes;
  if (bytes <= MAX_INLINED_BYTES) return;
  throw new DurableChatError(
    'body-too-large',
    `The files and tool outputs of the messages are larger than ${MAX_INLINED_BYTES} bytes together.`,
  );
}

async function contentOf(
  context: ChatContext,
  chatId: string,
  { kind, id }: Reference,
): Promise<string | undefined> {
  const { signal } = new AbortController();
  const opened = await patiently(async () => {
    const blob = await openChatBlob(context, { chatId, id }, signal);
    if (blob === undefined) return undefined;
    const bytes = await new Response(blob.content).arrayBuffer();
    return { bytes: new Uint8Array(bytes), mediaType: blob.mediaType };
  });
  if (opened === undefined) return undefined;
  const { bytes, mediaType } = opened;
  return kind === 'output'
    ? new TextDecoder().decode(bytes)
    : `data:${mediaType};base64,${await encodeBase64(bytes)}`;
}

function report(context: ChatContext, chatId: string, missing: number): void {
  const error = new DurableChatError(
    'not-found',
    `${missing} large parts of messages of chat "${chatId}" are not in the store: the model is told so in their place.`,
  );
  context.report(error, { chatId, source: 'store' });
}
