import { readFile } from 'node:fs/promises';
import { parseDocument } from './chat-document.js';
import { counted } from './counted.js';
import { moveChat } from './move-chat.js';
import type { Io } from './output.js';
import type { StreamsLocation } from './streams-location.js';
import { writeChat } from './write-chat.js';

export interface ImportOptions {
  readonly file: string;
  /** Default: the one that it was exported with. */
  readonly chatId?: string | undefined;
}

/** Makes a chat of a file that `export` wrote. */
export async function importChat(
  streams: StreamsLocation,
  { file, chatId }: ImportOptions,
  io: Io,
): Promise<void> {
  const exported = parseDocument(await readFile(file, 'utf8'));
  const document = moveChat(exported, chatId ?? exported.chatId);
  await writeChat(streams, document, io);
  const counts = {
    records: document.records.length,
    blobs: document.blobs.length,
  };
  await io.output.result(
    `Imported ${counted(counts.records, 'record')} and ${counted(counts.blobs, 'blob')} as chat ${JSON.stringify(document.chatId)}.`,
    { chatId: document.chatId, ...counts },
  );
}
