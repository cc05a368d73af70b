import { DurableChatError } from '../protocol/index.js';
import { plainText } from './plain-text.js';

/** What a command that failed says of it, on one line. */
export interface Failure {
  /** Of `DurableChatError`; absent where something else went wrong. */
  readonly code?: string;
  readonly message: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof DurableChatError) {
    return { code: error.code, message: onOneLine(messageOf(error)) };
  }
  return { message: onOneLine(messageOf(error)) };
}

/** A server's words may be in it. */
const onOneLine = (text: string): string =>
  plainText(text.replaceAll(/\s*\n\s*/g, ' '));

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What `fetch` itself says tells nothing; what stands behind it does.
  const last = error.message.endsWith('fetch failed') && deepestCause(error);
  return last ? `${error.message} (${last})` : error.message;
}

function deepestCause(error: Error): string | undefined {
  let cause = error.cause;
  let last: string | undefined;
  for (let depth = 0; depth < 5 && cause instanceof Error; depth += 1) {
    const code = 'code' in cause ? String(cause.code) : '';
    last = cause.message || code || last;
    cause = cause.cause;
  }
  return last;
}

/** Where a chat was asked for that is not there. */
export function noSuchChat(chatId: string, url: string): DurableChatError {
  return new DurableChatError(
    'not-found',
    `There is no chat ${JSON.stringify(chatId)} at ${url}.`,
  );
}
