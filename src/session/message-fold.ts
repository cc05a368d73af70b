import type { UIMessage } from 'ai';
import {
  answeredPart,
  isDynamicToolPart,
  isToolPart,
  messageParts,
  toolNameOf,
  type Answer,
  type MessagePart,
  type StreamChunk,
} from '../protocol/index.js';
import {
  foldToolChunk,
  partialInputOf,
  type PartialInputs,
} from './fold-tool-chunk.js';
import { mergeObjects } from './merge-objects.js';
import { MessageParts } from './message-parts.js';
import { presentFields } from './present-fields.js';

/** Chunks that are a part as they stand, and which of their fields are its. */
const PART_FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['file', ['mediaType', 'url', 'providerMetadata']],
  ['reasoning-file', ['mediaType', 'url', 'providerMetadata']],
  ['source-url', ['sourceId', 'url', 'title', 'providerMetadata']],
  [
    'source-document',
    ['sourceId', 'mediaType', 'title', 'filename', 'providerMetadata'],
  ],
  ['custom', ['kind', 'providerMetadata']],
  ['steering-message', ['id', 'parts']],
]);

/**
 * A message that grows chunk by chunk, to what the AI SDK would make of the
 * same chunks (ai/src/ui/process-ui-message-stream.ts, of 7 and of 6: what only
 * one of them knows, it does). A chunk costs what is in the chunk, however long
 * the message is. One that does not fit costs nothing but itself.
 */
export class MessageFold {
  #head: Omit<UIMessage, 'parts'>;
  #parts: MessageParts;
  /** Where the texts stand that have no end yet, by kind and id. */
  readonly #texts = new Map<string, number>();
  readonly #inputs: PartialInputs = new Map();
  #message: UIMessage | undefined;
  /**
   * How many parts are shown. As with the AI SDK, a step that begins shows with
   * what comes next.
   */
  #shown: number;

  /** `base`: the assistant's message that the chunks go on with. */
  constructor(base: UIMessage) {
    const { parts: _, ...head } = base;
    this.#head = head;
    this.#parts = new MessageParts(messageParts(base));
    this.#message = base;
    this.#shown = base.parts.length;
    for (const part of this.#parts.currentStep()) {
      if (!isToolPart(part) || part['state'] !== 'input-streaming') continue;
      const { rawInput = '', toolCallId } = part;
      const toolName = toolNameOf(part);
      const start = { ...part, toolName, dynamic: isDynamicToolPart(part) };
      this.#inputs.set(toolCallId, partialInputOf(start, String(rawInput)));
    }
  }

  /** As it is now. What has not changed since it was read is the same object. */
  get message(): UIMessage {
    this.#message ??= {
      ...this.#head,
      parts: this.#parts.slice(this.#shown),
    };
    return this.#message;
  }

  /** Takes in the run's next chunk; says whether the message has changed. */
  add(chunk: StreamChunk): boolean {
    return this.#changed(this.#fold(chunk));
  }

  /** Takes in what a participant answered to one of the calls. */
  answer(answer: Answer): boolean {
    return this.#changed(
      this.#parts.replace((part) => answeredPart(part, answer)),
    );
  }

  #changed(hasChanged: boolean): boolean {
    if (!hasChanged) return false;
    this.#message = undefined;
    this.#shown = this.#parts.length;
    return true;
  }

  #fold(chunk: StreamChunk): boolean {
    switch (chunk.type) {
      case 'text-start':
      case 'reasoning-start':
      case 'text-delta':
      case 'reasoning-delta':
      case 'text-end':
      case 'reasoning-end':
        return this.#foldText(chunk);
      case 'start':
        return this.#foldStart(chunk);
      case 'finish':
      case 'message-metadata':
        return this.#foldMetadata(chunk);
      case 'start-step':
        this.#parts.push({ type: 'step-start' });
        return false;
      case 'reset-step':
        this.#texts.clear();
        this.#inputs.clear();
        return this.#parts.resetStep();
      default:
        return this.#foldPart(chunk);
    }
  }

  #foldPart(chunk: StreamChunk): boolean {
    const { type } = chunk;
    if (type.startsWith('tool-')) {
      return foldToolChunk(this.#parts, this.#inputs, chunk);
    }
    if (type.startsWith('data-')) return this.#foldData(chunk);
    const fields = PART_FIELDS.get(type);
    if (fields === undefined) return false;
    const said = Object.entries(chunk).filter(([key]) => fields.includes(key));
    return this.#push({ type, ...presentFields(Object.fromEntries(said)) });
  }

  #push(part: MessagePart): true {
    this.#parts.push(part);
    return true;
  }

  #foldText(chunk: StreamChunk): boolean {
    const { type, id, delta, providerMetadata, citations } = chunk;
    const kind = type.startsWith('text') ? 'text' : 'reasoning';
    const key = `${kind} ${String(id)}`;
    const metadata = presentFields({ providerMetadata });
    if (type.endsWith('-start')) {
      const head = kind === 'text' ? { type: kind } : { type: kind, id };
      const part = { ...head, text: '', ...metadata, state: 'streaming' };
      this.#texts.set(key, this.#parts.push(part));
      return true;
    }
    const index = this.#texts.get(key);
    const part = this.#parts.at(index);
    if (index === undefined || part === undefined) return false;
    if (type.endsWith('-delta')) {
      const text = `${String(part['text'])}${String(delta)}`;
      this.#parts.set(index, { ...part, text, ...metadata });
      return true;
    }
    const cited = kind === 'text' ? presentFields({ citations }) : {};
    this.#parts.set(index, { ...part, ...cited, ...metadata, state: 'done' });
    this.#texts.delete(key);
    return true;
  }

  #foldData(chunk: StreamChunk): boolean {
    if (chunk['transient'] === true) return false;
    const index = this.#parts.data(chunk);
    const part = this.#parts.at(index);
    if (index === undefined || part === undefined) return this.#push(chunk);
    this.#parts.set(index, { ...part, data: chunk['data'] });
    return true;
  }

  #foldStart(chunk: StreamChunk): boolean {
    const { messageId } = chunk;
    const isOther =
      typeof messageId === 'string' && messageId !== this.#head.id;
    if (isOther) {
      this.#head = { id: messageId, role: 'assistant' };
      this.#parts = new MessageParts([]);
      this.#texts.clear();
      this.#inputs.clear();
    }
    return this.#foldMetadata(chunk) || isOther;
  }

  #foldMetadata({ messageMetadata }: StreamChunk): boolean {
    if (messageMetadata === undefined || messageMetadata === null) return false;
    const metadata = mergeObjects(this.#head.metadata, messageMetadata);
    this.#head = { ...this.#head, metadata };
    return true;
  }
}
