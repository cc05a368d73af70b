import { ChatFollower } from '../log/index.js';
import type { ChatContext } from './chat-context.js';
import { ChatSession } from './session/chat-session.js';
import { sealDeadRuns } from './seal-dead-runs.js';

interface Shared {
  readonly follower: ChatFollower;
  readonly session: ChatSession | undefined;
  readers: number;
}

/** A reader's hold on a follower: to be released once. */
export interface FollowerLease {
  readonly follower: ChatFollower;
  /** Where the app has agents. */
  readonly session: ChatSession | undefined;
  readonly release: () => void;
}

/** The followers of this instance: one a chat, as long as anybody reads it. */
export class ChatFollowers {
  readonly #context: () => ChatContext;
  readonly #byChat = new Map<string, Shared>();

  constructor(context: () => ChatContext) {
    this.#context = context;
  }

  /** Resolves when the follower has read all that is in the log by now. */
  async acquire(chatId: string): Promise<FollowerLease> {
    const known = this.#byChat.get(chatId);
    const isUsable = known !== undefined && !known.follower.hasFailed;
    const shared = isUsable ? known : this.#open(chatId);
    const lease = this.#hold(chatId, shared);
    try {
      await (isUsable ? shared.follower.catchUp() : shared.follower.ready);
    } catch (error) {
      lease.release();
      throw error;
    }
    return lease;
  }

  /** Tells who follows a chat up to where its history is complete. */
  noteHistory(chatId: string, checkpoint: string): void {
    this.#byChat.get(chatId)?.follower.noteHistory(checkpoint);
  }

  /** Tells those who read a chat that it was deleted. */
  lose(chatId: string): void {
    this.#byChat.get(chatId)?.follower.lose();
  }

  #hold(chatId: string, shared: Shared): FollowerLease {
    shared.readers += 1;
    let isHeld = true;
    const release = (): void => {
      if (isHeld) this.#release(chatId, shared);
      isHeld = false;
    };
    const { follower, session } = shared;
    return { follower, session, release };
  }

  #open(chatId: string): Shared {
    const context = this.#context();
    const session = hasAgents(context)
      ? new ChatSession(context, chatId)
      : undefined;
    const sealDead = (): Promise<void> => sealDeadRuns(context, chatId);
    const follower =
      session?.follower ?? new ChatFollower(context, { chatId, sealDead });
    const shared = { follower, session, readers: 0 };
    this.#byChat.set(chatId, shared);
    // One that failed is not handed out again.
    const forget = (): void => this.#forget(chatId, shared);
    follower.ready.catch(forget);
    return shared;
  }

  #release(chatId: string, shared: Shared): void {
    shared.readers -= 1;
    if (shared.readers > 0) return;
    this.#forget(chatId, shared);
    if (shared.session === undefined) shared.follower.close();
    else shared.session.close();
  }

  #forget(chatId: string, shared: Shared): void {
    if (this.#byChat.get(chatId) === shared) this.#byChat.delete(chatId);
  }
}

const hasAgents = ({ options }: ChatContext): boolean =>
  options.agents !== undefined;
