/**
 * Frames that are to leave together. Only the last that has a cursor carries
 * its `id`: it confirms those before it (PROTOCOL.md, "Cursor").
 */
export class FrameBatch {
  /** Whole frames, the last one still without its closing line. */
  #text = '';
  #cursor: (() => string) | undefined;

  get length(): number {
    return this.#text.length;
  }

  /** `data`: JSON text or `[DONE]`, without line breaks. */
  add(data: string, cursor: (() => string) | undefined): void {
    if (cursor === undefined) this.#confirm();
    const end = this.#text === '' ? '' : '\n';
    this.#text += `${end}data: ${data}\n`;
    this.#cursor = cursor;
  }

  /** All frames, which are then forgotten. */
  take(): string {
    if (this.#text === '') return '';
    this.#confirm();
    const text = `${this.#text}\n`;
    this.#text = '';
    return text;
  }

  /** The order of an event's lines is of no meaning: the `id` may come last. */
  #confirm(): void {
    if (this.#cursor === undefined) return;
    this.#text += `id: ${this.#cursor()}\n`;
    this.#cursor = undefined;
  }
}
