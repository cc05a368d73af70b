import type { UIMessage } from 'ai';
import {
  approvalOf,
  isDynamicToolPart,
  isToolPart,
  type MessagePart,
} from '../protocol/index.js';

/**
 * The parts of a message that grows. A part itself never changes, so who has
 * read one keeps what they read. What a chunk speaks of is found without a look
 * at all parts.
 */
export class MessageParts {
  readonly #parts: MessagePart[] = [];
  /** Where the current step's parts begin. */
  #stepFrom = 0;
  /** By tool call id: where its parts stand. */
  readonly #calls = new Map<unknown, number[]>();
  /** By type and id: where the data part stands. */
  readonly #data = new Map<string, number>();

  constructor(parts: readonly MessagePart[]) {
    for (const part of parts) this.push(part);
  }

  get length(): number {
    return this.#parts.length;
  }

  /** The first ones as they are now: a copy, for this list goes on. */
  slice(end: number): UIMessage['parts'] {
    // CAST: made of an AI SDK's chunks, as it makes them.
    return this.#parts.slice(0, end) as unknown as UIMessage['parts'];
  }

  at(index: number | undefined): MessagePart | undefined {
    return index === undefined ? undefined : this.#parts[index];
  }

  set(index: number, part: MessagePart): void {
    this.#parts[index] = part;
  }

  /** Where it stands from now on. */
  push(part: MessagePart): number {
    const index = this.#parts.push(part) - 1;
    if (part.type === 'step-start') this.#stepFrom = index + 1;
    const { toolCallId } = part;
    if (isToolPart(part)) {
      this.#calls.set(toolCallId, [...this.#callsOf(toolCallId), index]);
    }
    const key = dataKey(part);
    if (key !== undefined && !this.#data.has(key)) this.#data.set(key, index);
    return index;
  }

  /** Takes back all that the current step made; `false` where it made nothing. */
  resetStep(): boolean {
    const kept = this.#parts.slice(0, this.#stepFrom);
    const hasParts = kept.length < this.#parts.length;
    this.#parts.length = 0;
    this.#stepFrom = 0;
    this.#calls.clear();
    this.#data.clear();
    for (const part of kept) this.push(part);
    return hasParts;
  }

  /** The call's first part in the current step, of one kind or of either. */
  callInStep(toolCallId: unknown, dynamic?: boolean): number | undefined {
    return this.#callsOf(toolCallId).find(
      (index) =>
        index >= this.#stepFrom &&
        (dynamic === undefined || this.#isDynamic(index) === dynamic),
    );
  }

  /** The part that an outcome goes to: the current step's, or the newest. */
  call(toolCallId: unknown): number | undefined {
    return this.callInStep(toolCallId) ?? this.#callsOf(toolCallId).at(-1);
  }

  askedBy(approvalId: unknown): number | undefined {
    const index = this.#parts.findIndex(
      (part) => isToolPart(part) && approvalOf(part)?.['id'] === approvalId,
    );
    return index < 0 ? undefined : index;
  }

  /** Puts another part in the place of each that `change` makes one of. */
  replace(change: (part: MessagePart) => MessagePart): boolean {
    let hasChanged = false;
    for (const [index, part] of this.#parts.entries()) {
      const next = change(part);
      hasChanged ||= next !== part;
      this.#parts[index] = next;
    }
    return hasChanged;
  }

  /** The parts of the current step. */
  currentStep(): readonly MessagePart[] {
    return this.#parts.slice(this.#stepFrom);
  }

  /** Where data of the same type and id stands. */
  data(chunk: MessagePart): number | undefined {
    const key = dataKey(chunk);
    return key === undefined ? undefined : this.#data.get(key);
  }

  #callsOf(toolCallId: unknown): readonly number[] {
    return this.#calls.get(toolCallId) ?? [];
  }

  #isDynamic(index: number): boolean {
    const part = this.#parts[index];
    return part !== undefined && isDynamicToolPart(part);
  }
}

const dataKey = ({ type, id }: MessagePart): string | undefined =>
  type.startsWith('data-') && id !== undefined && id !== null
    ? JSON.stringify([type, id])
    : undefined;
