import type { Run } from '../run.js';
import type { ChatSession } from './chat-session.js';

/**
 * Resolves when a tool call of a run stands in the log; rejects when the run is
 * to stop before. Who takes the run over finds the call there then, and does not
 * make it again.
 */
export function callRecorded(
  session: ChatSession,
  run: Run,
  toolCallId: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { signal } = run;
    const isThere = (): boolean => hasCall(session, run.id, toolCallId);
    const settle = (done: () => void): void => {
      forget();
      signal.removeEventListener('abort', stop);
      done();
    };
    const stop = (): void => settle(() => reject(signal.reason));
    const forget = session.onRecords((records) => {
      const isNews = records.some(({ type }) => type === 'chunk');
      if (isNews && isThere()) settle(resolve);
    });
    signal.addEventListener('abort', stop);
    if (isThere()) settle(resolve);
    else if (signal.aborted) stop();
  });
}

function hasCall(
  { follower }: ChatSession,
  runId: string,
  toolCallId: string,
): boolean {
  const chunks = follower.state.runs.get(runId)?.chunks ?? [];
  return chunks.some(
    (chunk) =>
      chunk.type === 'tool-input-available' && chunk.toolCallId === toolCallId,
  );
}
