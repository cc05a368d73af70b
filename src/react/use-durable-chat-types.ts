import type { AbstractChat, ChatInit, UIMessage } from 'ai';
import type { DurableTransport } from '../client/index.js';
import type {
  DurableSession,
  DurableSessionOptions,
  DurableSessionSnapshot,
} from '../session/index.js';

export interface UseDurableChatOptions<
  UI_MESSAGE extends UIMessage = UIMessage,
> extends Omit<DurableSessionOptions<UI_MESSAGE>, 'chatId'> {
  /** The chat's; made up unless given. */
  readonly id?: string | undefined;
  /**
   * For an app that has one for `useChat`: the session connects with its
   * options, as far as they are about connecting.
   */
  readonly transport?:
    | Pick<DurableTransport<UI_MESSAGE>, 'options'>
    | undefined;
  /** A session that is there already; the options of its own count then. */
  readonly session?: DurableSession<UI_MESSAGE> | undefined;
  /** What is shown until the session has been read, such as on the server. */
  readonly messages?: readonly UI_MESSAGE[] | undefined;
  /** Renders at most so often, in milliseconds; a change of status at once. */
  readonly throttle?: number | undefined;
  /** What `throttle` is called in AI SDK 6. */
  readonly experimental_throttle?: number | undefined;
  /** Always so: taken for the sake of `useChat`. */
  readonly resume?: boolean | undefined;
  /** Always so: taken for the sake of `useChat`. */
  readonly experimental_queue?: boolean | undefined;
  /**
   * Taken for the sake of `useChat`, and not asked: the server goes on by itself
   * when nothing of the last step waits any more, which is what
   * `lastAssistantMessageIsCompleteWithToolCalls` and
   * `lastAssistantMessageIsCompleteWithApprovalResponses` say.
   */
  readonly sendAutomaticallyWhen?:
    | ChatInit<UI_MESSAGE>['sendAutomaticallyWhen']
    | undefined;
}

type Chat<UI_MESSAGE extends UIMessage> = AbstractChat<UI_MESSAGE>;

/** What `useChat` returns that is done, and what a session has besides. */
export interface ChatActions<UI_MESSAGE extends UIMessage> extends Pick<
  Chat<UI_MESSAGE>,
  | 'sendMessage'
  | 'regenerate'
  | 'stop'
  | 'resumeStream'
  | 'addToolResult'
  | 'addToolOutput'
  | 'addToolApprovalResponse'
  | 'clearError'
> {
  /** For this page alone, until the message is recorded anew. */
  setMessages(
    messages: UI_MESSAGE[] | ((messages: UI_MESSAGE[]) => UI_MESSAGE[]),
  ): void;
  readonly setPresence: DurableSession['setPresence'];
  readonly fork: DurableSession['fork'];
  /** None: what is sent while an agent answers is sent, and waits for its turn there. */
  readonly experimental_queuedMessages: UI_MESSAGE[];
  experimental_removeQueuedMessage(messageId: string): void;
  experimental_sendQueuedMessageNow(messageId: string): Promise<void>;
}

export interface UseDurableChatHelpers<UI_MESSAGE extends UIMessage = UIMessage>
  extends
    Omit<DurableSessionSnapshot<UI_MESSAGE>, 'messages'>,
    ChatActions<UI_MESSAGE> {
  readonly id: string;
  readonly messages: UI_MESSAGE[];
  readonly session: DurableSession<UI_MESSAGE>;
}
