import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { documentText } from './chat-document.js';
import { chatMarkdown } from './chat-markdown.js';
import { ChatView, loadFold } from './chat-view.js';
import { counted } from './counted.js';
import type { Io } from './output.js';
import { readChat, readRecords } from './read-chat.js';
import { expectChat, type StreamsLocation } from './streams-location.js';

export interface ExportOptions {
  readonly chatId: string;
  readonly format: 'json' | 'markdown';
  /** Default: stdout. */
  readonly file?: string | undefined;
}

/** Writes a chat down: whole, to be imported again, or for people to read. */
export async function exportChat(
  streams: StreamsLocation,
  options: ExportOptions,
  io: Io,
): Promise<void> {
  const { chatId, file, format } = options;
  const { text, counts } =
    format === 'json'
      ? await asJson(streams, chatId, io)
      : await asMarkdown(streams, chatId, io);
  if (file === undefined) {
    for (const piece of text) await io.output.write(piece);
    return;
  }
  await writeFile(file, text);
  const told = Object.entries(counts).map(([names, count]) =>
    counted(count, names.slice(0, -1)),
  );
  await io.output.result(`Wrote ${told.join(' and ')} to ${file}.`, {
    chatId,
    file,
    ...counts,
  });
}

interface Written {
  readonly text: Iterable<string>;
  readonly counts: Readonly<Record<string, number>>;
}

async function asJson(
  streams: StreamsLocation,
  chatId: string,
  io: Io,
): Promise<Written> {
  const document = await readChat(streams, chatId, io);
  const counts = {
    records: document.records.length,
    blobs: document.blobs.length,
  };
  return { text: documentText(document), counts };
}

async function asMarkdown(
  streams: StreamsLocation,
  chatId: string,
  io: Io,
): Promise<Written> {
  await expectChat(streams, chatId, io.signal);
  const view = new ChatView();
  const records = await readRecords(streams, chatId, io);
  for (const record of records) view.take(record);
  const messages = await view.messages(await loadFold());
  const text = [chatMarkdown(chatId, messages)];
  return { text, counts: { messages: messages.length } };
}

/**
 * Whole or not at all: what stood in the file stays until all is written. A
 * link stays one, and what is no file (`/dev/stdout`) is written to.
 */
async function writeFile(path: string, text: Iterable<string>): Promise<void> {
  const file = await realpath(path).catch(() => path);
  const before = await stat(file).catch(() => undefined);
  const source = Readable.from(text);
  if (before !== undefined && !before.isFile()) {
    return pipeline(source, createWriteStream(file));
  }
  const draft = `${file}.${process.pid}.part`;
  try {
    // Who could not read what stood there cannot read what stands there now.
    await pipeline(source, createWriteStream(draft, { mode: before?.mode }));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
