import type { DurableSessionSnapshot } from '../session/index.js';
import type { SessionSource } from './session-source.js';

/** The log has it by then; that it does not show has another reason. */
const LONGEST_MS = 5_000;

/**
 * Resolves when the session shows what was written, so that a row does not
 * fall back for the moment between the server's answer and the record. TanStack
 * DB holds back what comes meanwhile: never for long.
 */
export async function shown(
  { getSnapshot, subscribe }: SessionSource,
  isShown: (snapshot: DurableSessionSnapshot) => boolean,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (isShown(getSnapshot())) resolve();
  };
  const stop = subscribe(look);
  const timer = setTimeout(resolve, LONGEST_MS);
  look();
  await promise;
  clearTimeout(timer);
  stop();
}
