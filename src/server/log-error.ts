import type { ErrorContext } from './options.js';

/** Where the app has no `onError`, its errors are at least to be seen. */
export function logError(
  error: unknown,
  { source, chatId }: ErrorContext,
): undefined {
  // oxlint-disable-next-line no-console -- this is its whole purpose
  console.error(`ai-durable-transport (${source}, chat "${chatId}"):`, error);
}
