import type { UIMessage } from 'ai';
import {
  answerChunk,
  INTERRUPTED_CALL,
  openCallsOf,
  settlingChunks,
  stepOpenCalls,
  type Answer,
  type ChunkValue,
  type OpenCalls,
  type RunStatus,
  type RunValue,
} from '../protocol/index.js';
import { MessageFold } from './message-fold.js';

/** A run as the records tell it, and the message that it writes. */
export class SessionRun {
  value: RunValue;
  /** The newest of: the record's status, or `stopped` once superseded. */
  #status: RunStatus = 'active';
  /** Whether a terminal record of it came. */
  isTerminal = false;
  readonly #fold: MessageFold;
  #open: OpenCalls;
  /** How many chunks of it came. */
  #count = 0;

  /** `base`: the message as recorded when the run began. */
  constructor(value: RunValue, base: UIMessage | undefined) {
    const { messageId: id } = value;
    this.value = value;
    // Nobody goes on in a user's message; the AI SDK begins one of its own.
    const isOwn = base?.role === 'assistant';
    const start = isOwn ? base : { id, role: 'assistant' as const, parts: [] };
    this.#fold = new MessageFold(start);
    this.#open = openCallsOf(base);
  }

  get status(): RunStatus {
    return this.#status;
  }

  get message(): UIMessage {
    return this.#fold.message;
  }

  /** The same object until a call begins, is asked for or ends. */
  get openCalls(): OpenCalls {
    return this.#open;
  }

  /**
   * Takes in the batch, but for what came already: a streams server that
   * crashed may hold one twice. `false`: batches before it are missing.
   */
  add({ seq, chunks }: ChunkValue): boolean {
    const known = this.#count - seq;
    if (known < 0) return false;
    for (const chunk of chunks.slice(known)) {
      this.#fold.add(chunk);
      this.#open = stepOpenCalls(this.#open, chunk);
      this.#count += 1;
    }
    return true;
  }

  /** Takes in an answer; `false` where no call waits for it. */
  answer(answer: Answer): boolean {
    if (!this.#fold.answer(answer)) return false;
    this.#open = stepOpenCalls(this.#open, answerChunk(answer));
    return true;
  }

  /** Ends it once: the first end counts, and leaves no call open. */
  end(status: RunStatus): void {
    if (this.#status !== 'active' || status === 'active') return;
    this.#status = status;
    if (status === 'done') return;
    for (const chunk of settlingChunks(this.#open, INTERRUPTED_CALL)) {
      this.#fold.add(chunk);
      this.#open = stepOpenCalls(this.#open, chunk);
    }
  }
}
