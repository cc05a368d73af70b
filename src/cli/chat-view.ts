import type { UIMessage } from 'ai';
import {
  applyLogRecord,
  applyToMessageList,
  chatMessage,
  conversationIds,
  decodeRecord,
  emptyChatState,
  emptyMessageList,
  messageFolder,
  messageOrigin,
  type FoldMessage,
  type MessageList,
} from '../protocol/index.js';

/** A message of a chat as it stands, and whose it is. */
export interface ShownMessage {
  readonly message: UIMessage;
  readonly actorId: string;
  /** Epoch milliseconds; 0 where nothing tells. */
  readonly createdAt: number;
}

/** What the records of a chat's log add up to, taken in one by one. */
export class ChatView {
  readonly state = emptyChatState();
  /** Whether several answer here: then all messages are shown, not one branch. */
  isSession = false;
  #list: MessageList = emptyMessageList;

  take(item: unknown): void {
    const decoded = decodeRecord(item);
    if (decoded.kind === 'malformed') this.state.skipped += 1;
    if (decoded.kind !== 'record') return;
    const { record } = decoded;
    if (record.type === 'agent') this.isSession = true;
    applyLogRecord(this.state, record);
    this.#list = applyToMessageList(this.#list, record);
  }

  /** Of the messages that a page shows now, the oldest first. */
  messageIds(): readonly string[] {
    return this.isSession
      ? this.#list.messages.map(({ id }) => id)
      : conversationIds(this.state);
  }

  /** Those of them that hold something. */
  async messages(
    fold: FoldMessage,
    ids = this.messageIds(),
  ): Promise<ShownMessage[]> {
    const shown: ShownMessage[] = [];
    for (const id of ids) {
      const message = await chatMessage(this.state, id, fold);
      if (message === undefined) continue;
      const { actorId, createdAt } = messageOrigin(this.state, id);
      shown.push({ message, actorId, createdAt });
    }
    return shown;
  }
}

/** What builds messages; the AI SDK is loaded for it, which takes a moment. */
export async function loadFold(): Promise<FoldMessage> {
  const { readUIMessageStream } = await import('ai');
  return messageFolder(readUIMessageStream);
}
