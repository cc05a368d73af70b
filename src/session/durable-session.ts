import type { UIMessage } from 'ai';
import {
  newIdempotencyKey,
  reconnectPolicy,
  type ApiOptions,
  type ReconnectOptions,
} from '../client/index.js';
import type {
  AnswerValue,
  DurableChatError,
  StandardSchema,
} from '../protocol/index.js';
import type { DurableSessionSnapshot } from './durable-session-snapshot.js';
import { newUserMessage, type NewMessage } from './new-user-message.js';
import { Outbox, type Sendable } from './outbox.js';
import { OwnPresence, type PresenceChange } from './own-presence.js';
import { SessionEvents, type SessionCallbacks } from './session-events.js';
import {
  SessionActions,
  type AppRecordKey,
  type ApprovalAnswer,
  type ToolAnswer,
} from './session-actions.js';
import { SessionReader } from './session-reader.js';
import {
  SessionRequests,
  type SessionRequestOptions,
} from './session-requests.js';
import { SessionStore } from './session-store.js';

export interface DurableSessionOptions<UI_MESSAGE extends UIMessage = UIMessage>
  extends
    Pick<ApiOptions, 'api' | 'headers' | 'credentials' | 'fetch'>,
    SessionCallbacks<UI_MESSAGE> {
  readonly chatId: string;
  /**
   * Names this device, or tab, among those of its user. Made up for each tab
   * unless given; `null`: reads without being present. Tabs of one browser that
   * read a chat as the same participant share a connection; those with devices
   * that were given, where these are the same.
   */
  readonly deviceId?: string | null | undefined;
  /** The participant's, for others to read. */
  readonly name?: string | undefined;
  /** A session does not give up: it tries for as long as somebody listens. */
  readonly reconnect?: Omit<ReconnectOptions, 'giveUpAfterMs'> | undefined;
  /**
   * The app's own types of records, each with what checks its values. Those
   * that do not pass are skipped.
   */
  readonly records?: Readonly<Record<string, StandardSchema>> | undefined;
  /** Ids of messages. Default: 128 random bits. */
  readonly generateId?: (() => string) | undefined;
}

export interface RegenerateOptions extends SessionRequestOptions {
  readonly messageId?: string | undefined;
}

export interface ForkOptions {
  /** The last message that the fork has; all unless given. */
  readonly messageId?: string | undefined;
  /** Of the chat that is made; made up unless given. */
  readonly chatId?: string | undefined;
}

/**
 * A chat as all its users and agents see it, live, over one connection. Its
 * server is `createDurableChat({ agents })` of `ai-durable-transport/server`.
 *
 * A store: it connects when somebody subscribes, and is connected for as long
 * as somebody does. `close` ends it for good.
 */
export class DurableSession<UI_MESSAGE extends UIMessage = UIMessage> {
  /** What this device is called; `null` where it is not present. */
  readonly deviceId: string | null;
  readonly #requests: SessionRequests;
  readonly #actions: SessionActions;
  readonly #presence: OwnPresence;
  readonly #outbox: Outbox;
  readonly #events: SessionEvents;
  readonly #reader: SessionReader;
  readonly #store: SessionStore<UI_MESSAGE>;
  readonly #generateId: () => string;

  constructor(options: DurableSessionOptions<UI_MESSAGE>) {
    const { chatId, name, deviceId = newIdempotencyKey() } = options;
    this.deviceId = deviceId;
    this.#generateId = options.generateId ?? newIdempotencyKey;
    const policy = reconnectPolicy(options.reconnect);
    const isTab = options.deviceId === undefined;
    const device = { chatId, deviceId, isTab, name };
    const requests = new SessionRequests(options, policy, device);
    this.#requests = requests;
    this.#actions = new SessionActions(requests);
    this.#presence = new OwnPresence(requests, deviceId);
    // CAST: what the app's messages are like, the app says.
    this.#events = new SessionEvents(options as unknown as SessionCallbacks);
    const onChange = (): void => this.#store.changed();
    this.#outbox = new Outbox({
      policy,
      onChange,
      onRejected: ({ id }, error) => {
        this.#reader.forgetAwaited(id);
        this.#store.fail(error);
      },
      post: ({ message, replaces, headers }) => {
        const body = { message, ...(replaces && { replaces }) };
        return requests.post('/messages', body, { headers });
      },
    });
    this.#reader = new SessionReader({
      schemas: options.records ?? {},
      events: this.#events,
      onChange,
      onMessage: (message, isLive) => this.#outbox.see(message, isLive),
      onSnapshot: () => this.#outbox.onSnapshot(),
    });
    this.#store = new SessionStore({
      policy: { ...policy, giveUpAfterMs: Infinity },
      requests,
      reader: this.#reader,
      outbox: this.#outbox,
      events: this.#events,
      presence: this.#presence,
    });
  }

  /** The session as it is; the same object until something changes. */
  readonly getSnapshot = (): DurableSessionSnapshot<UI_MESSAGE> =>
    this.#store.getSnapshot();

  /**
   * Calls `listener` after every change, once for all that comes in one go.
   *
   * @returns the function that ends the subscription
   */
  readonly subscribe = (listener: () => void): (() => void) =>
    this.#store.subscribe(listener);

  /**
   * Says something: it is shown at once, and is sent when the messages before
   * it were; offline it waits. Resolves when it is in the log. What the server
   * does not take is taken back: `unsent` holds it, and the same `message` may
   * be sent again.
   *
   * @throws DurableChatError what the server answered; `error` tells it, too
   */
  send(
    said: NewMessage<UI_MESSAGE>,
    options?: SessionRequestOptions,
  ): Promise<void> {
    const message = newUserMessage(said, this.#generateId);
    return this.#say({ ...options, message, replaces: false });
  }

  /**
   * Says an own message otherwise, in its place: what followed it leaves the
   * conversation, and agents answer anew. As `send` in all else.
   */
  edit(
    messageId: string,
    said: NewMessage<UI_MESSAGE>,
    options?: SessionRequestOptions,
  ): Promise<void> {
    const edited = newUserMessage(said, () => messageId);
    const message = { ...edited, id: messageId };
    return this.#say({ ...options, message, replaces: true });
  }

  /**
   * Ends the runs that are producing, wherever they run; with `runId` that one.
   *
   * @throws DurableChatError where the server refuses or cannot be reached
   */
  async stop({ runId }: { runId?: string | undefined } = {}): Promise<{
    stopped: boolean;
  }> {
    this.#reader.forgetAwaited();
    const active = this.#reader.state.runs.map(({ id }) => id);
    const ids = runId === undefined ? active : [runId];
    // None is known here yet; the server may know one.
    const bodies = ids.length > 0 ? ids.map((id) => ({ runId: id })) : [{}];
    const answers = await Promise.all(
      bodies.map((body) => this.#requests.post('/stop', body)),
    );
    return { stopped: answers.some(({ stopped }) => stopped === true) };
  }

  /**
   * Lets the agent of an answer answer anew; of the last one, unless one is
   * named. The old answer leaves the conversation when the new one begins.
   *
   * @throws DurableChatError where the server refuses or cannot be reached
   */
  async regenerate({ messageId, ...options }: RegenerateOptions = {}) {
    this.#store.forgetFailure();
    this.#store.changed();
    try {
      const runId = await this.#actions.regenerate(messageId, options);
      this.#reader.await(runId);
      this.#store.changed();
      return { runId };
    } catch (error) {
      // CAST: requests reject with nothing else.
      this.#store.fail(error as DurableChatError);
      this.#store.changed();
      throw error;
    }
  }

  /**
   * Gives the outcome of a tool that runs on the page. It counts when it is in
   * the log; the agent goes on once nothing of its message waits any more.
   *
   * @throws DurableChatError `answer-conflict` where somebody was first:
   * `conflictingAnswer` has what counts; `not-found` where no call waits for it
   */
  answerTool(
    answer: ToolAnswer,
    options?: SessionRequestOptions,
  ): Promise<AnswerValue> {
    return this.#actions.answerTool(answer, options);
  }

  /** Says yes or no to a tool call that asks. As `answerTool` in all else. */
  answerApproval(
    answer: ApprovalAnswer,
    options?: SessionRequestOptions,
  ): Promise<AnswerValue> {
    return this.#actions.answerApproval(answer, options);
  }

  /**
   * Says something of this device for others to see. Changes that come faster
   * than they can be told go out as one; offline they wait.
   *
   * @throws DurableChatError where the server refuses
   */
  setPresence(change: PresenceChange): Promise<void> {
    return this.#presence.set(change);
  }

  /**
   * Makes a chat with the messages of this one, up to one of them or all. Both
   * go on apart.
   *
   * @throws DurableChatError where the server refuses or cannot be reached
   */
  async fork({ messageId, chatId }: ForkOptions = {}) {
    const id = chatId ?? this.#generateId();
    return { chatId: await this.#actions.fork(id, messageId) };
  }

  /**
   * Writes a record of one of the app's own types. It shows when it is in the
   * log.
   *
   * @throws DurableChatError `invalid-request` where its schema does not pass it
   */
  write(record: AppRecordKey & { readonly value: unknown }): Promise<void> {
    return this.#actions.write(record);
  }

  /** Deletes a record of one of the app's own types. */
  remove(record: AppRecordKey): Promise<void> {
    return this.#actions.remove(record);
  }

  /** Follows the session again after it was refused: with another token, say. */
  reconnect(): void {
    this.#store.reconnect();
  }

  /** Forgets what went wrong, and the messages that the server did not take. */
  clearError(): void {
    this.#store.clearError();
  }

  /** Lets go of the connection for good. What was not sent yet is not sent. */
  close(): void {
    this.#store.close();
    this.#reader.close();
    this.#outbox.close();
  }

  #say(sendable: Sendable): Promise<void> {
    this.#store.forgetFailure();
    this.#reader.await(sendable.message.id);
    return this.#outbox.send(sendable);
  }
}
