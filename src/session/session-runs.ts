import type { UIMessage } from 'ai';
import type { RunRecord, RunValue } from '../protocol/index.js';
import { SessionRun } from './session-run.js';

/**
 * The runs of a session, by the rules of the log's readers
 * (src/protocol/chat-state.ts): the first terminal record counts, a newer run of
 * an agent ends its older ones, and a run's message is written by who began last.
 */
export class SessionRuns {
  readonly #runs = new Map<string, SessionRun>();
  readonly #active = new Set<SessionRun>();
  readonly #writers = new Map<string, SessionRun>();
  readonly #newest = new Map<string, SessionRun>();

  get(runId: string): SessionRun | undefined {
    return this.#runs.get(runId);
  }

  /** The run that wrote last into a message, after its newest record. */
  writerOf(messageId: string): SessionRun | undefined {
    return this.#writers.get(messageId);
  }

  /** The run that began last in a message, whatever was recorded since. */
  newestOf(messageId: string): SessionRun | undefined {
    return this.#newest.get(messageId);
  }

  /** A record of the message holds all that runs have written into it. */
  forgetWriter(messageId: string): void {
    this.#writers.delete(messageId);
  }

  /** Takes in a record; gives the runs that it changed. */
  apply(
    { key, value }: RunRecord,
    base: UIMessage | undefined,
  ): readonly SessionRun[] {
    const known = this.#runs.get(key);
    if (known === undefined) return this.#begin(value, base);
    if (known.isTerminal) return [];
    const { messageId, attempt } = value;
    const before = known.value.messageId;
    if (before !== messageId) {
      // The source calls its message otherwise than it was announced.
      if (this.#writers.get(before) === known) this.#writers.delete(before);
      this.#setWriter(messageId, known);
    }
    known.value = value;
    if (value.status !== 'active') {
      known.isTerminal = true;
      this.#end(known, value);
    } else if (known.status === 'active' && attempt > 0) {
      // A first append that the log holds twice: its message came again, too.
      if (!this.#writers.has(messageId)) this.#writers.set(messageId, known);
    }
    return [known];
  }

  #begin(value: RunValue, base: UIMessage | undefined): SessionRun[] {
    const run = new SessionRun(value, base);
    this.#runs.set(value.id, run);
    run.isTerminal = value.status !== 'active';
    const changed = [run];
    if (value.attempt > 0) {
      for (const other of this.#active) {
        if (other.value.agentId !== value.agentId) continue;
        this.#end(other, { ...value, status: 'stopped' });
        changed.push(other);
      }
      this.#setWriter(value.messageId, run);
    }
    if (run.isTerminal) run.end(value.status);
    else this.#active.add(run);
    return changed;
  }

  #setWriter(messageId: string, run: SessionRun): void {
    this.#writers.set(messageId, run);
    this.#newest.set(messageId, run);
  }

  #end(run: SessionRun, { status }: RunValue): void {
    run.end(status);
    this.#active.delete(run);
  }
}
