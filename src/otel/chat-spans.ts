import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { AroundRun, DurableChatEvent } from '../server/index.js';
import { ATTRIBUTE, errorAttributes } from './attributes.js';
import type { EventOf } from './event-of.js';

interface Named {
  readonly chatId: string;
  readonly runId: string;
}

interface OfRun {
  readonly chatId: string;
  readonly runId?: string;
}

interface Moment {
  readonly durationMs: number;
  readonly attributes: Attributes;
  readonly kind?: SpanKind;
  /** Default: what is active. */
  readonly within?: Span;
}

interface RunSpan {
  readonly span: Span;
  appends: number;
}

/**
 * A span for each run, resume and seal. An answer of a minute has a thousand
 * appends: of these only the first, and those that were tried again, are spans,
 * below the run's.
 */
export class ChatSpans {
  readonly #tracer: Tracer;
  /**
   * Those that have not ended. Several of one id, where instances of one process
   * (each request is one on Workers) begin the same agent's run: one of them
   * gets it, and the others are abandoned.
   */
  readonly #runs = new Map<string, RunSpan[]>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** Calls it while the run's span is the active one. */
  within<T>(run: AroundRun, work: () => T): T {
    const span = this.#runOf(run)?.span;
    if (span === undefined) return work();
    return context.with(trace.setSpan(context.active(), span), work);
  }

  onEvent(event: DurableChatEvent): void {
    switch (event.type) {
      case 'run-started':
        return this.#begin(event);
      case 'run-first-chunk':
        return this.#note(event, 'durable_chat.first_chunk', {});
      case 'live-reader-left':
        return this.#noteReader(event);
      case 'append-retried':
        return this.#noteRetry(event);
      case 'append-stored':
        return this.#append(event);
      case 'run-ended':
        return this.#end(event);
      case 'run-sealed':
        return this.#seal(event);
      case 'resume-served':
        return this.#resume(event);
      default:
        // The others are counted.
        return undefined;
    }
  }

  #begin(event: EventOf<'run-started'>): void {
    const attributes = {
      ...placeOf(event),
      [ATTRIBUTE.agent]: event.agentId,
      [ATTRIBUTE.isContinuation]: event.isContinuation,
    };
    const span = this.#tracer.startSpan('durable_chat.run', { attributes });
    const key = keyOf(event);
    this.#runs.set(key, [...(this.#runs.get(key) ?? []), { span, appends: 0 }]);
  }

  #end(event: EventOf<'run-ended'>): void {
    const key = keyOf(event);
    const runs = this.#runs.get(key) ?? [];
    const run = runs.pop();
    if (runs.length === 0) this.#runs.delete(key);
    if (run === undefined) return;
    const { span, appends } = run;
    const { status, code } = event;
    span.setAttributes({
      [ATTRIBUTE.message]: event.messageId,
      [ATTRIBUTE.status]: status,
      [ATTRIBUTE.chunks]: event.chunks,
      [ATTRIBUTE.appends]: appends,
      [ATTRIBUTE.isStored]: event.isStored,
      [ATTRIBUTE.isSealed]: event.isSealed,
    });
    const isError = status === 'failed' || status === 'interrupted';
    if (isError) {
      span.setAttributes(errorAttributes(code ?? status));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }

  #append(event: EventOf<'append-stored'>): void {
    const run = this.#runOf(event);
    if (run === undefined) return;
    run.appends += 1;
    const { stream, tries, durationMs } = event;
    if (run.appends > 1 && tries === 1) return;
    const attributes = {
      [ATTRIBUTE.chat]: event.chatId,
      [ATTRIBUTE.run]: event.runId,
      [ATTRIBUTE.system]: 'durable_streams',
      [ATTRIBUTE.operation]: 'append',
      [ATTRIBUTE.operationType]: 'send',
      [ATTRIBUTE.destination]: `{chat}/${stream}`,
      [ATTRIBUTE.appendChunks]: event.chunks,
      [ATTRIBUTE.appendSize]: event.bytes,
      ...(tries > 1 && { [ATTRIBUTE.resends]: tries - 1 }),
    };
    const { span: within } = run;
    const kind = SpanKind.CLIENT;
    this.#moment(`append ${stream}`, { durationMs, attributes, kind, within });
  }

  #noteRetry(event: EventOf<'append-retried'>): void {
    this.#note(event, 'durable_chat.append.retried', {
      [ATTRIBUTE.stream]: event.stream,
      [ATTRIBUTE.tries]: event.tries,
      ...errorAttributes(event.code),
    });
  }

  #noteReader(event: EventOf<'live-reader-left'>): void {
    this.#note(event, 'durable_chat.live_reader.left', {
      [ATTRIBUTE.readerReason]: event.reason,
      [ATTRIBUTE.readerLag]: event.lagBytes,
    });
  }

  #resume(event: EventOf<'resume-served'>): void {
    const attributes = {
      ...placeOf(event),
      [ATTRIBUTE.resumeSource]: event.source,
      [ATTRIBUTE.resumeAfter]: event.after,
      [ATTRIBUTE.replayedChunks]: event.replayedChunks,
    };
    const { durationMs } = event;
    this.#moment('durable_chat.resume', { durationMs, attributes });
  }

  #seal(event: EventOf<'run-sealed'>): void {
    const attributes = {
      ...placeOf(event),
      [ATTRIBUTE.sealReason]: event.reason,
    };
    this.#moment('durable_chat.seal', { durationMs: 0, attributes });
  }

  /** An event within the span of a run, where it still is one. */
  #note(event: OfRun, name: string, attributes: Attributes): void {
    this.#runOf(event)?.span.addEvent(name, attributes);
  }

  #runOf({ chatId, runId }: OfRun): RunSpan | undefined {
    return runId === undefined
      ? undefined
      : this.#runs.get(keyOf({ chatId, runId }))?.at(-1);
  }

  /** A span of what has ended just now. */
  #moment(name: string, moment: Moment): void {
    const { durationMs, attributes, within, kind = SpanKind.INTERNAL } = moment;
    const now = Date.now();
    const active = context.active();
    const parent =
      within === undefined ? active : trace.setSpan(active, within);
    const options = { startTime: now - durationMs, attributes, kind };
    this.#tracer.startSpan(name, options, parent).end(now);
  }
}

const keyOf = ({ chatId, runId }: Named): string => `${chatId}/${runId}`;

const placeOf = ({ chatId, runId }: Named): Attributes => ({
  [ATTRIBUTE.chat]: chatId,
  [ATTRIBUTE.run]: runId,
});
