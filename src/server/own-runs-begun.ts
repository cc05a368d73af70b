import type { ChatContext } from './chat-context.js';
import { settledWithin } from './settled-within.js';

/** How long a reader waits for a run that is just being registered. */
const REGISTRATION_PATIENCE_MS = 2_000;

/** Waits until the log has what this instance is just about to write. */
export async function ownRunsBegun(
  context: ChatContext,
  chatId: string,
): Promise<void> {
  const recordings = context.runs.ofChat(chatId).map((run) => run.recording);
  await Promise.all(recordings.map(({ begun }) => begun));
  const starting = Promise.all(recordings.map(({ registered }) => registered));
  await settledWithin(starting, REGISTRATION_PATIENCE_MS);
}
