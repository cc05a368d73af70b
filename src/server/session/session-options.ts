import type { UIMessage } from 'ai';
import type { PresenceValue } from '../../protocol/index.js';
import type { Actor, RespondResult } from '../options.js';

/**
 * Which messages make an agent run: those of users, all but its own (other
 * agents' answers too, once they are complete), or those that a function says.
 * That function is asked on every instance, and must say the same there.
 */
export type AgentTriggers<UI_MESSAGE extends UIMessage = UIMessage> =
  | 'user-messages'
  | 'all'
  | ((message: UI_MESSAGE) => boolean);

/** One that answers in a chat. It has one run at a time; what comes meanwhile waits its turn. */
export interface AgentOptions<UI_MESSAGE extends UIMessage = UIMessage> {
  /** What readers see. */
  readonly name: string;
  readonly triggers: AgentTriggers<UI_MESSAGE>;
  /**
   * Called once for each trigger, over all instances, when its message is in
   * the log; again to go on with a message whose calls were answered, or that a
   * dead instance left (`onInterrupted: 'restart'`).
   */
  readonly respond: (
    context: AgentContext<UI_MESSAGE>,
  ) => RespondResult | PromiseLike<RespondResult>;
}

export interface AgentContext<UI_MESSAGE extends UIMessage = UIMessage> {
  readonly chatId: string;
  readonly runId: string;
  /** The message that the answer goes into. */
  readonly messageId: string;
  readonly agentId: string;
  /**
   * The conversation from the log up to what is answered, which is last; where
   * a message is gone on with, that one is.
   */
  readonly messages: UI_MESSAGE[];
  readonly trigger: { readonly message: UI_MESSAGE };
  /** Who wrote the trigger. */
  readonly actor: Actor;
  /** Fires when the run is stopped, never because a reader went away. */
  readonly abortSignal: AbortSignal;
  readonly presence: AgentPresence;
  /**
   * Resolves when a tool call of this run stands in the log, and rejects when
   * the run is stopped before. A tool that must not run twice, whatever dies
   * (`onInterrupted: 'restart'`), waits for it before it acts: the log is some
   * milliseconds behind the model.
   */
  readonly recorded: (toolCallId: string) => Promise<void>;
}

/** Who is there, while an agent runs. */
export interface AgentPresence {
  /** The devices that are there now. */
  list(): PresenceValue[];
  /**
   * Called when somebody comes, leaves, or says something else of themselves,
   * until the returned function is called or the run ends.
   */
  onChange(listener: (present: PresenceValue[]) => void): () => void;
}

export interface PresenceOptions {
  /**
   * How long a device counts as present without a sign of life, which its
   * connection gives by itself. Default 30,000. Below 25,000 those come and go
   * that tell it by posts: tabs that share the connection of another tab.
   */
  readonly ttlMs?: number | undefined;
}
