import { encodeFrame } from '../../protocol/index.js';
import type { ReadRecord } from '../../log/index.js';

/** How much of what came last is kept for readers that lag, in characters. */
const MAX_KEPT_LENGTH = 2_097_152;

interface Kept {
  readonly from: string;
  readonly frame: string;
}

/**
 * The newest records of a log as frames, made once for all readers. Whoever
 * lags further behind begins again with a snapshot.
 */
export class RecordFrames {
  readonly #kept: Kept[] = [];
  #length = 0;
  #end: string | undefined;

  /** The log's offset after the newest. */
  get end(): string | undefined {
    return this.#end;
  }

  push(records: readonly ReadRecord[], offset: string): void {
    const from = this.#end;
    if (records.length > 0 && from !== undefined) {
      const data = JSON.stringify(records);
      const frame = encodeFrame(data, offset, 'records');
      this.#kept.push({ from, frame });
      this.#length += frame.length;
      while (this.#length > MAX_KEPT_LENGTH) this.#drop();
    }
    // Nothing came, but the offset may have moved: nobody stands there.
    if (records.length > 0 || from === undefined) this.#end = offset;
  }

  /** What came after an offset; `undefined` where that is not kept. */
  after(offset: string): string | undefined {
    if (offset === this.#end) return '';
    const place = this.#kept.findLastIndex(({ from }) => from === offset);
    if (place < 0) return undefined;
    const frames = this.#kept.slice(place).map(({ frame }) => frame);
    return frames.join('');
  }

  #drop(): void {
    this.#length -= this.#kept.shift()?.frame.length ?? 0;
  }
}
