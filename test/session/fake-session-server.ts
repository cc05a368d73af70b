import {
  DurableChatError,
  encodeFrame,
  HEARTBEAT_FRAME,
  problemResponse,
} from '../../src/protocol/index.js';
import type { SessionFeedOptions } from '../../src/session/session-feed.js';
import type { FakeTab } from './fake-browser.js';

/** Who asks, from where. */
export interface Asker {
  readonly tab: FakeTab;
  readonly actorId: string;
  /** Instances cut the log into events each in its own way. */
  readonly instance: 0 | 1;
  /** How long everything takes from the server to the tab. */
  readonly latencyMs: number;
}

interface Connection extends Asker {
  readonly isPresent: boolean;
  readonly write: (text: string) => void;
  readonly end: () => void;
}

/** An event of the log as an instance sends it. */
interface Sent {
  readonly from: number;
  readonly to: number;
}

const HEARTBEAT_MS = 10_000;
const offsetOf = (length: number): string => String(length).padStart(6, '0');

/** `GET /session` of a chat whose records are the numbers from 0. */
export class FakeSessionServer {
  length = 0;
  readonly connections = new Set<Connection>();
  /** How often it was asked; by whom, and after what. */
  readonly asked: (Asker & { readonly after: string | undefined })[] = [];
  readonly refused = new Set<string | FakeTab>();
  isDown = false;
  isDeleted = false;
  readonly #sent: readonly [Sent[], Sent[]] = [[], []];

  get all(): readonly number[] {
    return Array.from({ length: this.length }, (_, n) => n);
  }

  /** One instance sends each record by itself, the other one all in one. */
  append(count: number): void {
    const from = this.length;
    const each = Array.from({ length: count }, (_, n) => ({
      from: from + n,
      to: from + n + 1,
    }));
    const [apart, together] = this.#sent;
    apart.push(...each);
    together.push({ from, to: from + count });
    this.length = from + count;
    for (const { instance, write } of this.connections) {
      const events = instance === 0 ? each : together.slice(-1);
      for (const event of events) write(recordsFrame(event));
    }
  }

  /** The chat is gone. */
  delete(): void {
    this.isDeleted = true;
    for (const { write, end } of this.connections) {
      write(encodeFrame('{}', undefined, 'end'));
      end();
    }
  }

  /** It has only what comes from now on: who was elsewhere begins anew. */
  forget(): void {
    for (const sent of this.#sent) sent.length = 0;
  }

  /** Connections break off: all, or those that are meant. */
  cut(isMeant: (asker: Asker) => boolean = () => true): void {
    for (const connection of this.connections) {
      if (isMeant(connection)) connection.end();
    }
  }

  /** What a feed makes its requests with. */
  opener(asker: Asker): SessionFeedOptions['open'] {
    return async (after, signal, isPresent) => {
      const { tab, actorId, latencyMs } = asker;
      await later(latencyMs);
      await new Promise<void>((go) => tab.task(go));
      if (signal.aborted) throw signal.reason;
      this.asked.push({ ...asker, after });
      if (this.isDown) throw new TypeError('fetch failed');
      const isRefused = this.refused.has(actorId) || this.refused.has(tab);
      if (isRefused) return problem('forbidden');
      if (this.isDeleted) return problem('not-found');
      return new Response(this.#body(asker, { after, signal, isPresent }));
    };
  }

  #body(
    asker: Asker,
    { after, signal, isPresent }: OpenOptions,
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    const { tab, latencyMs } = asker;
    return new ReadableStream({
      start: (controller) => {
        const end = (isCut: boolean): void => {
          if (!this.connections.delete(connection)) return;
          clearInterval(heartbeat);
          // After what was written before.
          tab.task(() => {
            if (isCut && !signal.aborted) controller.close();
          });
        };
        const arrive = (text: string): void =>
          tab.task(() => {
            if (!signal.aborted) controller.enqueue(encoder.encode(text));
          });
        const write = (text: string): void => {
          if (latencyMs === 0) arrive(text);
          else setTimeout(() => arrive(text), latencyMs);
        };
        const connection: Connection = {
          ...asker,
          isPresent,
          write,
          end: () => end(true),
        };
        this.connections.add(connection);
        const heartbeat = setInterval(
          () => write(HEARTBEAT_FRAME),
          HEARTBEAT_MS,
        );
        signal.addEventListener('abort', () => {
          end(false);
          controller.error(signal.reason);
        });
        tab.onGone(() => end(false));
        for (const frame of this.#begin(asker, after)) write(frame);
      },
    });
  }

  /** What came after an offset that is known, or all. */
  #begin({ instance, actorId }: Asker, after: string | undefined): string[] {
    const sent = this.#sent[instance];
    const place = sent.findIndex(({ from }) => offsetOf(from) === after);
    if (place >= 0) return sent.slice(place).map(recordsFrame);
    if (after === offsetOf(this.length)) return [];
    const offset = offsetOf(this.length);
    const data = { records: this.all, offset, actorId };
    return [encodeFrame(JSON.stringify(data), offset, 'snapshot')];
  }
}

interface OpenOptions {
  readonly after: string | undefined;
  readonly signal: AbortSignal;
  readonly isPresent: boolean;
}

const encoder = new TextEncoder();

const later = (ms: number): Promise<void> | undefined =>
  ms === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, ms));

function recordsFrame({ from, to }: Sent): string {
  const items = Array.from({ length: to - from }, (_, n) => from + n);
  return encodeFrame(JSON.stringify(items), offsetOf(to), 'records');
}

const problem = (code: 'forbidden' | 'not-found'): Response =>
  problemResponse(new DurableChatError(code, `It is ${code}.`));
