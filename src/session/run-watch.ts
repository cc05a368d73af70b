import { DurableChatError, type RunValue } from '../protocol/index.js';

/** A run that has ended, as its record told. */
export interface EndedRun extends Pick<
  RunValue,
  'id' | 'messageId' | 'status' | 'attempt'
> {
  readonly failure: DurableChatError | undefined;
}

/**
 * What the runs of a session come to for those who wait: which questions an
 * agent has taken up, and what went wrong last.
 */
export class RunWatch {
  /** By run id, whether its end came. */
  readonly #runs = new Map<string, boolean>();
  /** Questions and runs that somebody waits for here. */
  readonly #awaited = new Set<string>();
  #failure: {
    readonly run: RunValue;
    readonly error: DurableChatError;
  } | null = null;

  get error(): DurableChatError | undefined {
    return this.#failure?.error;
  }

  get awaited(): ReadonlySet<string> {
    return this.#awaited;
  }

  /** Somebody waits for an answer to this message, or for this run. */
  await(id: string): void {
    if (!this.#runs.has(id)) this.#awaited.add(id);
  }

  /** Nobody waits for it any more; without an id, for anything. */
  forgetAwaited(id?: string): void {
    if (id === undefined) this.#awaited.clear();
    else this.#awaited.delete(id);
  }

  clearError(): void {
    this.#failure = null;
  }

  /**
   * Takes in a record; gives the run where that is its end. Of one that was over
   * before anybody looked there is nothing to tell.
   */
  observe(run: RunValue, isLive: boolean): EndedRun | undefined {
    const known = this.#runs.get(run.id);
    const hasEnded = run.status !== 'active';
    if (known === true) return undefined;
    this.#runs.set(run.id, hasEnded);
    if (known === undefined) this.#begin(run);
    if (!hasEnded) return undefined;
    const failure = failureOf(run);
    if (failure) this.#failure = { run, error: failure };
    return isLive || known !== undefined ? { ...run, failure } : undefined;
  }

  #begin(run: RunValue): void {
    this.#awaited.delete(run.id);
    if (run.parentId !== null) this.#awaited.delete(run.parentId);
    const failed = this.#failure?.run;
    // The conversation goes on: what another agent says to the same is no remedy.
    const isRemedy =
      run.agentId === failed?.agentId || run.parentId !== failed?.parentId;
    if (isRemedy) this.#failure = null;
  }
}

function failureOf({ status, error }: RunValue): DurableChatError | undefined {
  if (status !== 'failed' && status !== 'interrupted') return undefined;
  const message = error ?? 'The answer was interrupted.';
  return new DurableChatError('run-failed', message);
}
