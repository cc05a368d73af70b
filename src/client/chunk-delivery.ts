import {
  cursorAtStart,
  DONE_DATA,
  DurableChatError,
  isStreamChunk,
  runIdOf,
  withoutOffset,
  type ServerSentEvent,
  type StreamChunk,
} from '../protocol/index.js';

/**
 * Brings the chunks of one run to a Chat, each once and in order, over as many
 * connections as it takes. A cursor confirms the frame that carries it and all
 * before it. What is not confirmed is held back, for a replay that breaks off
 * is given anew from its start.
 */
export class ChunkDelivery {
  readonly #push: (chunk: StreamChunk) => void;
  #runId: string | undefined;
  #cursor: string | undefined;
  #messageId: string | undefined;
  #unconfirmed: StreamChunk[] = [];
  #hasDelivered = false;
  #hasProgressed = false;
  #wasAborted = false;
  #hasFailed = false;

  constructor(push: (chunk: StreamChunk) => void) {
    this.#push = push;
  }

  /** The run that is read, once the server has named it. */
  get runId(): string | undefined {
    // Of another origin, a page sees only the headers that are exposed to it.
    return this.#runId ?? runIdOf(this.#cursor ?? '');
  }

  /** The message that the chunks make, once one of them has named it. */
  get messageId(): string | undefined {
    return this.#messageId;
  }

  /** Where to go on; `undefined` while there is only a start to begin at. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  /** Whether the Chat has got anything. */
  get hasDelivered(): boolean {
    return this.#hasDelivered;
  }

  /** Whether it has got anything from this connection. */
  get hasProgressed(): boolean {
    return this.#hasProgressed;
  }

  /** Whether the run was stopped. */
  get wasAborted(): boolean {
    return this.#wasAborted;
  }

  /** Whether the run told of an error. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /**
   * A connection begins. `runId`: empty where the server named none.
   * `isOwnPost`: the Chat has posted for this run and
   * holds what the message was before it, so that the run's first chunk is the
   * place to go on from.
   */
  begin(runId: string, isOwnPost: boolean): void {
    this.#runId = runId || this.#runId;
    this.#unconfirmed = [];
    this.#hasProgressed = false;
    if (isOwnPost && runId !== '') {
      this.#cursor ??= cursorAtStart(runId);
    }
  }

  /**
   * @returns whether this was the end
   * @throws DurableChatError `invalid-chunk`, or `invalid-cursor` where the
   * server did not see the cursor that it was sent
   */
  receive({ data, id }: ServerSentEvent): boolean {
    if (data === DONE_DATA) {
      this.#confirm();
      return true;
    }
    const chunk = parseChunk(data);
    const { type } = chunk;
    if (type === 'abort') {
      this.#wasAborted = true;
      return false;
    }
    if (type === 'error') this.#hasFailed = true;
    if (type === 'start') this.#start(chunk, id);
    this.#unconfirmed.push(chunk);
    // A server that knows no runs sends no cursors either; and an error is
    // shown whatever else comes.
    if (id !== undefined || this.#runId === undefined || type === 'error') {
      this.#confirm();
      this.#cursor = id ?? this.#cursor;
    }
    return false;
  }

  /**
   * The server does not know the cursor. Without its offset, which is only a
   * hint, it may; and who has got nothing yet may begin anew.
   *
   * @returns whether another try makes sense
   */
  simplifyCursor(): boolean {
    const cursor = this.#cursor ?? '';
    const simpler = withoutOffset(cursor);
    const isSimpler = simpler !== cursor;
    if (isSimpler) this.#cursor = simpler;
    else if (!this.#hasDelivered) this.#cursor = undefined;
    return isSimpler || !this.#hasDelivered;
  }

  #start({ messageId }: StreamChunk, id: string | undefined): void {
    if (typeof messageId === 'string') this.#messageId = messageId;
    if (id !== undefined || this.#cursor === undefined) return;
    throw new DurableChatError(
      'invalid-cursor',
      'The server began anew: it did not get Last-Event-ID. Resume the chat.',
    );
  }

  #confirm(): void {
    for (const chunk of this.#unconfirmed) this.#push(chunk);
    if (this.#unconfirmed.length > 0) {
      this.#hasDelivered = true;
      this.#hasProgressed = true;
    }
    this.#unconfirmed = [];
  }
}

function parseChunk(data: string): StreamChunk {
  let chunk: unknown;
  let cause: unknown;
  try {
    chunk = JSON.parse(data);
  } catch (error) {
    cause = error;
  }
  if (isStreamChunk(chunk)) return chunk;
  throw new DurableChatError(
    'invalid-chunk',
    `Not a chunk: ${data.slice(0, 100)}`,
    { cause },
  );
}
