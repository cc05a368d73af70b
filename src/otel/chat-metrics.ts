import type { Attributes, Meter } from '@opentelemetry/api';
import type { DurableChatEvent } from '../server/index.js';
import { ATTRIBUTE, errorAttributes } from './attributes.js';
import { chatInstruments, type ChatInstruments } from './chat-instruments.js';
import type { EventOf } from './event-of.js';

/** Counts what happens. */
export class ChatMetrics {
  readonly #made: ChatInstruments;

  constructor(meter: Meter) {
    this.#made = chatInstruments(meter);
  }

  onEvent(event: DurableChatEvent): void {
    switch (event.type) {
      case 'run-started':
        return this.#made.activeRuns.add(1, agentOf(event));
      case 'run-first-chunk':
        return this.#made.firstChunk.record(inSeconds(event.elapsedMs));
      case 'run-ended':
        return this.#onRunEnded(event);
      case 'append-stored':
        return this.#onAppend(event);
      case 'append-retried':
        return this.#made.retries.add(1, {
          [ATTRIBUTE.stream]: event.stream,
          ...errorAttributes(event.code),
        });
      case 'run-sealed':
        return this.#made.seals.add(1, {
          [ATTRIBUTE.sealReason]: event.reason,
        });
      case 'resume-served':
        return this.#onResume(event);
      case 'live-reader-left':
        return this.#made.readerLag.record(event.lagBytes, {
          [ATTRIBUTE.readerReason]: event.reason,
        });
      case 'blob-stored':
        return this.#made.blobSize.record(event.bytes);
      case 'store-away':
        return this.#made.outages.add(1, errorAttributes(event.code));
      case 'store-back':
        return this.#made.outageDuration.record(inSeconds(event.awayMs));
    }
  }

  #onRunEnded(event: EventOf<'run-ended'>): void {
    const { status, isStored, isSealed, durationMs, chunks } = event;
    const agent = agentOf(event);
    const ended = { ...agent, [ATTRIBUTE.status]: status };
    this.#made.activeRuns.add(-1, agent);
    this.#made.runs.add(1, {
      ...ended,
      [ATTRIBUTE.isStored]: isStored,
      [ATTRIBUTE.isSealed]: isSealed,
      ...(event.code !== undefined && { [ATTRIBUTE.errorType]: event.code }),
    });
    this.#made.runDuration.record(inSeconds(durationMs), ended);
    this.#made.chunks.add(chunks, agent);
  }

  #onAppend({ stream, durationMs, bytes }: EventOf<'append-stored'>): void {
    const of = { [ATTRIBUTE.stream]: stream };
    this.#made.appends.add(1, of);
    this.#made.appendDuration.record(inSeconds(durationMs), of);
    this.#made.appendSize.record(bytes, of);
  }

  #onResume({ source, durationMs, ...event }: EventOf<'resume-served'>): void {
    const of = { [ATTRIBUTE.resumeSource]: source };
    this.#made.resumes.add(1, { ...of, [ATTRIBUTE.resumeAfter]: event.after });
    this.#made.resumeDuration.record(inSeconds(durationMs), of);
    this.#made.replayedChunks.add(event.replayedChunks, of);
  }
}

const inSeconds = (ms: number): number => ms / 1_000;

const agentOf = ({ agentId }: { readonly agentId: string }): Attributes => ({
  [ATTRIBUTE.agent]: agentId,
});
