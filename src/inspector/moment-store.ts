import { fetchMoment } from './api.js';
import { Observable } from './observable.js';
import type { Moment } from './wire.js';

/**
 * The chat at a moment of its log. Asks for one moment at a time, and then for
 * the newest that is wanted: a slider passes many.
 */
export class MomentStore extends Observable {
  readonly #feedId: string;
  #wanted = 0;
  #isAsking = false;
  moment: Moment | undefined;

  constructor(feedId: string) {
    super();
    this.#feedId = feedId;
  }

  want(number: number): void {
    this.#wanted = number;
    if (!this.#isAsking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    while (this.moment?.number !== this.#wanted) {
      try {
        this.moment = await fetchMoment(this.#feedId, this.#wanted);
        this.changed();
      } catch {
        // The inspector is away, or does not know this page yet.
        break;
      }
    }
    this.#isAsking = false;
  }
}
