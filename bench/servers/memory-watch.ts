/** Bytes. */
export interface Memory {
  /** The most that the process has held, by the eye of the system. */
  readonly peakRss: number;
  /** What is alive now, after a collection. */
  readonly heap: number;
}

const EVERY_MS = 20;

/** Keeps the peak. Its process needs `--expose-gc`. */
export class MemoryWatch {
  #peakRss = 0;

  begin(): void {
    setInterval(() => this.#look(), EVERY_MS).unref();
  }

  read(): Memory {
    this.#look();
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const peakRss = this.#peakRss;
    this.#peakRss = 0;
    return { peakRss, heap: heapUsed + arrayBuffers };
  }

  #look(): void {
    this.#peakRss = Math.max(this.#peakRss, process.memoryUsage.rss());
  }
}
