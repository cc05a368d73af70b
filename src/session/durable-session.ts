import type { UIMessage } from 'ai';
import {
  ConnectionStore,
  newIdempotencyKey,
  reconnectPolicy,
  type ApiOptions,
  type ReconnectOptions,
  type ReconnectPolicy,
} from '../client/index.js';
import type { DurableChatError } from '../protocol/index.js';
import type { DurableSessionSnapshot } from './durable-session-snapshot.js';
import { newUserMessage, type NewMessage } from './new-user-message.js';
import { Outbox } from './outbox.js';
import { sameFields, sameItems } from './same-items.js';
import { SessionFeed } from './session-feed.js';
import { SessionReader } from './session-reader.js';
import { SessionRequests } from './session-requests.js';
import { withUnsent } from './with-unsent.js';

export interface DurableSessionOptions extends Pick<
  ApiOptions,
  'api' | 'headers' | 'credentials' | 'fetch'
> {
  readonly chatId: string;
  /**
   * Names this device, or tab, among those of its user. Made up unless given;
   * `null`: reads without being present.
   */
  readonly deviceId?: string | null | undefined;
  /** The participant's, for others to read. */
  readonly name?: string | undefined;
  /** A session does not give up: it tries for as long as somebody listens. */
  readonly reconnect?: Omit<ReconnectOptions, 'giveUpAfterMs'> | undefined;
  /** Ids of messages. Default: 128 random bits. */
  readonly generateId?: (() => string) | undefined;
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
  readonly #policy: ReconnectPolicy;
  readonly #outbox: Outbox;
  readonly #reader: SessionReader;
  readonly #connection = new ConnectionStore();
  readonly #generateId: () => string;
  readonly #listeners = new Set<() => void>();
  #stopListening: (() => void) | undefined;
  #feed: SessionFeed | undefined;
  #offset: string | undefined;
  #refusal: DurableChatError | undefined;
  #isClosed = false;
  #snapshot: DurableSessionSnapshot<UI_MESSAGE> | undefined;
  #isStale = true;

  constructor(options: DurableSessionOptions) {
    const { chatId, name, deviceId = newIdempotencyKey() } = options;
    this.deviceId = deviceId;
    this.#generateId = options.generateId ?? newIdempotencyKey;
    const policy = reconnectPolicy(options.reconnect);
    this.#policy = { ...policy, giveUpAfterMs: Infinity };
    const device = { chatId, deviceId, name };
    this.#requests = new SessionRequests(options, this.#policy, device);
    const onChange = (): void => this.#changed();
    this.#outbox = new Outbox({
      policy: this.#policy,
      onChange,
      onRejected: ({ id }) => this.#reader.forgetAwaited(id),
      post: ({ message, replaces }) =>
        this.#requests.post('/messages', {
          message,
          ...(replaces && { replaces }),
        }),
    });
    this.#reader = new SessionReader({
      onChange,
      onMessage: (message, isLive) => this.#outbox.see(message, isLive),
      onSnapshot: () => this.#outbox.onSnapshot(),
    });
  }

  /** The session as it is; the same object until something changes. */
  readonly getSnapshot = (): DurableSessionSnapshot<UI_MESSAGE> => {
    if (this.#isStale || this.#snapshot === undefined) {
      this.#isStale = false;
      this.#snapshot = sameFields(this.#snapshot, this.#take());
    }
    return this.#snapshot;
  };

  /**
   * Calls `listener` after every change, once for all that comes in one go.
   *
   * @returns the function that ends the subscription
   */
  readonly subscribe = (listener: () => void): (() => void) => {
    // A function of its own, for the same one may subscribe twice.
    const own = (): void => listener();
    this.#listeners.add(own);
    this.#connect();
    return () => {
      this.#listeners.delete(own);
      // Who comes back at once, as React's StrictMode does, never left.
      setTimeout(() => {
        if (this.#listeners.size === 0) this.#disconnect();
      });
    };
  };

  /**
   * Says something: it is shown at once, and is sent when the messages before
   * it were; offline it waits. Resolves when it is in the log. What the server
   * does not take is taken back: `unsent` holds it, and the same `message` may
   * be sent again.
   *
   * @throws DurableChatError what the server answered; `error` tells it, too
   */
  send(message: NewMessage<UI_MESSAGE>): Promise<void> {
    return this.#say(newUserMessage(message, this.#generateId), false);
  }

  /**
   * Says an own message otherwise, in its place: what followed it leaves the
   * conversation, and agents answer anew. As `send` in all else.
   */
  edit(messageId: string, message: NewMessage<UI_MESSAGE>): Promise<void> {
    const edited = newUserMessage(message, () => messageId);
    return this.#say({ ...edited, id: messageId }, true);
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

  /** Follows the session again after it was refused: with another token, say. */
  reconnect(): void {
    if (this.#listeners.size === 0) return;
    this.#disconnect();
    this.#connect();
  }

  /** Forgets what went wrong, and the messages that the server did not take. */
  clearError(): void {
    this.#refusal = undefined;
    this.#reader.clearError();
    this.#outbox.dropRejected();
    this.#changed();
  }

  /** Lets go of the connection for good. What was not sent yet is not sent. */
  close(): void {
    this.#isClosed = true;
    this.#disconnect();
    this.#reader.close();
    this.#outbox.close();
  }

  #say(message: UIMessage, replaces: boolean): Promise<void> {
    this.#reader.clearError();
    this.#reader.await(message.id);
    return this.#outbox.send(message, replaces);
  }

  #connect(): void {
    if (this.#feed !== undefined || this.#isClosed) return;
    this.#refusal = undefined;
    this.#stopListening = this.#connection.subscribe(() => this.#changed());
    const feed: SessionFeed = new SessionFeed(
      {
        policy: this.#policy,
        open: (after, signal) => this.#requests.open(after, signal),
        onOpening: () => this.#outbox.onOpening(),
        onRecords: (batch) => this.#reader.read(batch),
        onPause: () => this.#reader.pause(),
        onState: (state) => this.#connection.report(this, state),
        onEnd: (error) => {
          this.#refusal = error;
          this.#changed();
        },
      },
      this.#offset,
    );
    this.#feed = feed;
  }

  #disconnect(): void {
    this.#offset = this.#feed?.offset ?? this.#offset;
    this.#feed?.close();
    this.#feed = undefined;
    this.#stopListening?.();
  }

  #changed(): void {
    this.#isStale = true;
    for (const listener of this.#listeners) listener();
  }

  #take(): DurableSessionSnapshot<UI_MESSAGE> {
    const { state, actorId, runError } = this.#reader;
    const { unsent } = this.#outbox;
    const rejected = unsent.findLast(({ error }) => error !== undefined);
    const error = this.#refusal ?? rejected?.error ?? runError;
    const isSending = unsent.some((one) => !one.error);
    const isWaiting = isSending || this.#reader.isAwaiting;
    const idle = error === undefined ? 'ready' : 'error';
    const status = isWaiting ? 'submitted' : idle;
    // CAST: what the app's messages are like, the app says.
    return {
      ...state,
      messages: sameItems(
        this.#snapshot?.messages ?? [],
        withUnsent(state.messages, unsent),
      ),
      unsent,
      status: state.runs.length > 0 ? 'streaming' : status,
      connection: this.#connection.getSnapshot(),
      error,
      actorId,
    } as unknown as DurableSessionSnapshot<UI_MESSAGE>;
  }
}
