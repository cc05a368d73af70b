import { deleteBlobs, deleteStream } from '../log/index.js';
import type { ChatContext } from './chat-context.js';

/** Ends what runs here, then removes the chat's log, blobs and history. */
export async function deleteChat(
  context: ChatContext,
  chatId: string,
): Promise<void> {
  const retry = context.requestRetry;
  const runs = context.runs.ofChat(chatId);
  await Promise.all(runs.map((run) => run.stop()));
  await Promise.all(runs.map((run) => run.settled));
  // A run elsewhere finds its log gone at its next append, and stops.
  await deleteStream(context.logOf(chatId), { retry });
  context.followers.lose(chatId);
  // What such a run has stored since, it takes back itself then.
  await deleteBlobs(context.blobsOf(chatId), { retry });
  // Last, for until then anybody may write it anew from the log.
  await deleteStream(context.historyOf(chatId), { retry });
}
