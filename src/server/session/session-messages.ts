import type { UIMessage } from 'ai';
import {
  answersTo,
  applyAnswer,
  isAwaited,
  isToolPart,
  messageParts,
  writtenMessage,
  type ChatState,
  type FoldMessage,
  type RunState,
} from '../../protocol/index.js';
import type { SessionView } from './session-snapshot.js';

/** A session's messages as `UIMessage`s. One that is complete is folded once. */
export class SessionMessages {
  readonly #fold: FoldMessage;
  readonly #folded = new WeakMap<RunState, Promise<UIMessage | undefined>>();

  constructor(fold: FoldMessage) {
    this.#fold = fold;
  }

  /** A message as its records and runs say; `undefined` where it is empty. */
  written(chat: ChatState, id: string): Promise<UIMessage | undefined> {
    const writer = chat.writers.get(id);
    const known = writer && this.#folded.get(writer);
    if (known !== undefined) return known;
    const folded = writtenMessage(chat, id, this.#fold);
    const isOver = writer !== undefined && writer.status !== 'active';
    if (isOver) this.#folded.set(writer, folded);
    return folded;
  }

  /** The same with what was answered to its calls. */
  async whole(view: SessionView, id: string): Promise<UIMessage | undefined> {
    const message = await this.written(view.chat, id);
    return message && answersTo(view.chat, id).reduce(applyAnswer, message);
  }

  /** The same of many, but of those that are being written at the moment. */
  async settled(
    view: SessionView,
    ids: readonly string[],
    exceptId?: string,
  ): Promise<UIMessage[]> {
    const messages: UIMessage[] = [];
    for (const id of ids) {
      const isActive = view.chat.writers.get(id)?.status === 'active';
      if (isActive && id !== exceptId) continue;
      const message = await this.whole(view, id);
      if (message !== undefined) messages.push(message);
    }
    return messages;
  }

  /** The message to go on with, if all that it asked for is answered by now. */
  async answered(
    view: SessionView,
    id: string,
  ): Promise<UIMessage | undefined> {
    const answers = answersTo(view.chat, id);
    if (answers.length === 0) return undefined;
    const message = await this.written(view.chat, id);
    if (!message || !answers.some((answer) => isAwaited(message, answer))) {
      return undefined;
    }
    const whole = answers.reduce(applyAnswer, message);
    return isWaiting(whole) ? undefined : whole;
  }
}

/** Whether a message waits for the output of a client's tool, or an approval. */
export function isWaiting(message: UIMessage): boolean {
  return messageParts(message)
    .filter(isToolPart)
    .some(({ state, providerExecuted }) =>
      state === 'input-available'
        ? providerExecuted !== true
        : state === 'approval-requested',
    );
}
