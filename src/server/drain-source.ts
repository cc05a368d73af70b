import type { SourceChunk } from '../log/index.js';
import type { AnswerSource } from './answer-source.js';

/** How long a source may take to end after its run was stopped. */
const PATIENCE_MS = 5_000;

export interface Draining {
  /** The run's: fires when no more is wanted. */
  readonly signal: AbortSignal;
  readonly onChunk: (chunk: SourceChunk) => void;
}

/**
 * Reads a source to its end, whoever listens. One that was stopped is read on
 * for a while, so that the app's own callbacks come to their end, and then
 * cancelled; one that fails is cancelled at once.
 */
export async function drainSource(
  source: AnswerSource,
  { signal, onChunk }: Draining,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancelSoon = (): void => {
    timer = setTimeout(() => source.cancel(signal.reason), PATIENCE_MS);
  };
  if (signal.aborted) cancelSoon();
  else signal.addEventListener('abort', cancelSoon, { once: true });
  try {
    await source.drain(onChunk);
  } catch (error) {
    source.cancel(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', cancelSoon);
    clearTimeout(timer);
  }
}
