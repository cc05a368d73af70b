import {
  encodeChunkRecord,
  encodeFrame,
  type LogRecord,
  type StreamChunk,
} from '../../src/protocol/index.js';
import { runOf, textMessage } from '../protocol/chat-records.js';

/** One answer on a wire, which is said chunk by chunk. */
export interface WiredAnswer {
  readonly messageId: string;
  say(words: readonly string[]): void;
}

/**
 * The server's side of `GET /session` in memory: a `fetch` for one session, and
 * the records that it is told.
 */
export class SessionWire {
  readonly fetch: typeof fetch;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #offset = 0;
  #runs = 0;

  constructor() {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
    });
    const headers = { 'content-type': 'text/event-stream' };
    this.fetch = () => Promise.resolve(new Response(body, { headers }));
    const snapshot = { records: [], offset: '0', actorId: 'ann' };
    this.#send('snapshot', JSON.stringify(snapshot));
  }

  tell(...records: readonly LogRecord[]): void {
    this.#send('records', JSON.stringify(records));
  }

  /** A question, and the beginning of its answer. */
  begin(): WiredAnswer {
    this.#runs += 1;
    const id = `${this.#runs}`;
    const agentId = `agent ${id}`;
    const question = textMessage(`q${id}`);
    const run = runOf(id, { agentId, parentId: question.key });
    const { messageId } = run.value;
    this.tell(question, run);
    let seq = 0;
    const add = (chunks: readonly StreamChunk[]): void => {
      const head = { runId: id, messageId, actorId: agentId, seq };
      const texts = chunks.map((chunk) => JSON.stringify(chunk));
      seq += chunks.length;
      this.#send('records', `[${encodeChunkRecord(head, texts)}]`);
    };
    add([{ type: 'start' }, { type: 'text-start', id: 't' }]);
    return {
      messageId,
      say: (words) =>
        add(words.map((delta) => ({ type: 'text-delta', id: 't', delta }))),
    };
  }

  #send(event: string, data: string): void {
    this.#offset += 1;
    const frame = encodeFrame(data, `${this.#offset}`, event);
    this.#controller?.enqueue(this.#encoder.encode(frame));
  }
}
