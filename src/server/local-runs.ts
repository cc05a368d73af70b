import type { Run } from './run.js';

/** The runs that this instance is producing, so that it need not ask the log. */
export class LocalRuns {
  readonly #byChat = new Map<string, Set<Run>>();

  add(run: Run): void {
    const runs = this.#byChat.get(run.chatId) ?? new Set();
    this.#byChat.set(run.chatId, runs.add(run));
  }

  remove(run: Run): void {
    const runs = this.#byChat.get(run.chatId);
    runs?.delete(run);
    if (runs?.size === 0) this.#byChat.delete(run.chatId);
  }

  has(chatId: string, runId: string): boolean {
    return this.ofChat(chatId).some((run) => run.id === runId);
  }

  ofChat(chatId: string): readonly Run[] {
    return [...(this.#byChat.get(chatId) ?? [])];
  }

  byKey(chatId: string, idempotencyKey: string): Run | undefined {
    return this.ofChat(chatId).find(
      (run) => run.idempotencyKey === idempotencyKey,
    );
  }
}
