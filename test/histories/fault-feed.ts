import type { Fault } from 'ai-durable-transport/testing';

/** Hands a history's faults out, one for each request, and counts them. */
export class FaultFeed {
  readonly counts = new Map<string, number>();
  readonly #left: Record<'client' | 'store', Fault[]>;

  constructor(faults: Readonly<Record<'client' | 'store', readonly Fault[]>>) {
    this.#left = { client: [...faults.client], store: [...faults.store] };
  }

  /** For `client`: on the way to an app server; `store`: to the streams server. */
  take(where: 'client' | 'store'): Fault {
    const fault = this.#left[where].shift() ?? { kind: 'pass' };
    const kind = `${where}: ${fault.kind}`;
    if (fault.kind !== 'pass') {
      this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    }
    return fault;
  }

  /** No faults any more. */
  stop(): void {
    this.#left.client = [];
    this.#left.store = [];
  }
}
