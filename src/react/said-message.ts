import type { FileUIPart, UIMessage } from 'ai';
import { DurableChatError, type NewMessage } from '../session/index.js';
import { fileParts } from './file-parts.js';

/** As `useChat` takes it: a text, files or parts. */
interface Said {
  readonly id?: string;
  readonly role?: UIMessage['role'];
  readonly text?: string | undefined;
  readonly files?: FileList | readonly FileUIPart[] | undefined;
  readonly parts?: UIMessage['parts'] | undefined;
  readonly metadata?: unknown;
}

/**
 * The message as the session sends it.
 *
 * @throws DurableChatError `invalid-messages` where it is in an agent's name
 */
export async function saidMessage<UI_MESSAGE extends UIMessage>({
  id,
  role = 'user',
  text,
  files,
  parts,
  metadata,
}: Said): Promise<NewMessage<UI_MESSAGE>> {
  if (role !== 'user') {
    throw new DurableChatError(
      'invalid-messages',
      `A message of role ${role} cannot be sent: agents speak for themselves.`,
    );
  }
  const all = parts ?? [
    ...(await fileParts(files)),
    ...(text === undefined ? [] : [{ type: 'text' as const, text }]),
  ];
  const named = id === undefined ? {} : { id };
  return { message: { ...named, parts: all, metadata } };
}
