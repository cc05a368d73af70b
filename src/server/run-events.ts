import type { RunPlan, SupersededRun } from '../log/index.js';
import type { StreamChunk } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import type { LiveReaderLeft, RunEnded } from './durable-chat-event.js';
import type { TellEvent } from './event-teller.js';
import { failureCode } from './failure-code.js';

/** What comes before an answer says anything. */
const SILENT: ReadonlySet<string> = new Set([
  'start',
  'start-step',
  'message-metadata',
]);

/** What `onEvent` is told of one run. */
export class RunEvents {
  readonly #tell: TellEvent;
  readonly #now: () => number;
  readonly #run: { readonly chatId: string; readonly runId: string };
  readonly #agentId: string;
  readonly #since: number;
  #hasSpoken = false;
  #failure: unknown;
  #durationMs: number | undefined;

  /** Begins to tell of a run; `undefined` where nobody listens. */
  static of(
    { tell, now }: ChatContext,
    plan: RunPlan,
    isContinuation: boolean,
  ): RunEvents | undefined {
    if (tell === undefined) return undefined;
    const events = new RunEvents(tell, now, plan);
    const agentId = events.#agentId;
    tell({ type: 'run-started', ...events.#run, agentId, isContinuation });
    return events;
  }

  private constructor(
    tell: TellEvent,
    now: () => number,
    { chatId, value }: RunPlan,
  ) {
    this.#tell = tell;
    this.#now = now;
    this.#run = { chatId, runId: value.id };
    this.#agentId = value.agentId;
    this.#since = now();
  }

  onChunk({ type }: StreamChunk): void {
    if (this.#hasSpoken || SILENT.has(type)) return;
    this.#hasSpoken = true;
    const elapsedMs = this.#elapsedMs;
    this.#tell({ type: 'run-first-chunk', ...this.#run, elapsedMs });
  }

  onSuperseded(runs: readonly SupersededRun[] = []): void {
    const { chatId } = this.#run;
    for (const { id: runId, status } of runs) {
      const reason = status === 'interrupted' ? 'lease' : 'newer-run';
      this.#tell({ type: 'run-sealed', chatId, runId, reason });
    }
  }

  onLiveReaderLeft(reason: LiveReaderLeft['reason'], lagBytes: number): void {
    const left = { reason, lagBytes };
    this.#tell({ type: 'live-reader-left', ...this.#run, ...left });
  }

  /** Why it failed, should it do so. */
  onError(error: unknown): void {
    this.#failure = error;
  }

  /** How it ends is decided, and only has to be stored. */
  onOver(): void {
    this.#durationMs = this.#elapsedMs;
  }

  onEnded(
    end: Pick<
      RunEnded,
      'messageId' | 'status' | 'chunks' | 'isStored' | 'isSealed'
    >,
  ): void {
    this.#tell({
      type: 'run-ended',
      ...this.#run,
      agentId: this.#agentId,
      ...end,
      durationMs: this.#durationMs ?? this.#elapsedMs,
      ...(end.status === 'failed' && { code: failureCode(this.#failure) }),
    });
  }

  get #elapsedMs(): number {
    return this.#now() - this.#since;
  }
}
