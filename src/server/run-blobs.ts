import type { UIMessage } from 'ai';
import { deleteStream, headStream, type SourceChunk } from '../log/index.js';
import { isFilePart, isToolPart } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { outlinePart, type Outliner } from './outline-part.js';

/** A run's large parts: those of its answer and of the messages that it records. */
export class RunBlobs {
  readonly #context: ChatContext;
  readonly #outliner: Outliner;
  readonly #ids = new Set<string>();
  readonly #recorded = new Map<UIMessage, Promise<UIMessage>>();

  constructor(context: ChatContext, outliner: Outliner) {
    this.#context = context;
    this.#outliner = outliner;
  }

  /**
   * The chunk as readers and the log get it, and what must be stored before it
   * may go into the log.
   */
  async outlineChunk(
    source: SourceChunk,
  ): Promise<{ source: SourceChunk; stored: Promise<void> | undefined }> {
    try {
      const outlined = await this.#outline(source.chunk);
      if (outlined === undefined) return { source, stored: undefined };
      const { part: chunk, stored } = outlined;
      return { source: { chunk, text: JSON.stringify(chunk) }, stored };
    } catch (error) {
      // It stays what it is.
      const { chatId, runId } = this.#outliner;
      this.#context.report(error, { chatId, runId, source: 'store' });
      return { source, stored: undefined };
    }
  }

  /** The message as the log holds it; its large parts are stored by then. */
  outlineMessage(message: UIMessage): UIMessage | Promise<UIMessage> {
    const isConcerned = message.parts.some(
      (part) => isFilePart(part) || isToolPart(part),
    );
    if (!isConcerned) return message;
    const recorded = this.#recorded.get(message) ?? this.#outlineParts(message);
    this.#recorded.set(message, recorded);
    return recorded;
  }

  /**
   * Takes back what was stored for a chat that was deleted meanwhile: whoever
   * deleted it may not have seen these.
   */
  async removeIfChatIsGone(): Promise<void> {
    if (this.#ids.size === 0) return;
    const { chatId } = this.#outliner;
    const retry = this.#context.requestRetry;
    const { exists } = await headStream(this.#context.logOf(chatId), { retry });
    if (exists) return;
    const places = this.#context.blobsOf(chatId);
    for (const id of this.#ids) await deleteStream(places.of(id), { retry });
    await deleteStream(places.index, { retry });
  }

  async #outlineParts(message: UIMessage): Promise<UIMessage> {
    const parts: UIMessage['parts'] = [];
    const pending: Promise<void>[] = [];
    for (const part of message.parts) {
      const outlined = await this.#outline(part);
      if (outlined !== undefined) pending.push(outlined.stored);
      parts.push(outlined?.part ?? part);
    }
    await Promise.all(pending);
    return pending.length === 0 ? message : { ...message, parts };
  }

  async #outline<PART extends SourceChunk['chunk']>(
    part: PART,
  ): ReturnType<typeof outlinePart<PART>> {
    const outlined = await outlinePart(this.#context, this.#outliner, part);
    if (outlined !== undefined) this.#ids.add(outlined.id);
    return outlined;
  }
}
