import { metrics, trace, type Meter, type Tracer } from '@opentelemetry/api';
import type { DurableChatOptions } from '../server/index.js';
import { ChatMetrics } from './chat-metrics.js';
import { ChatSpans } from './chat-spans.js';

/** The instrumentation scope. */
const SCOPE = 'ai-durable-transport';

export interface OpenTelemetryOptions {
  /** Default: of the global provider, under the package's name. */
  readonly tracer?: Tracer | undefined;
  /** Default: of the global provider as it is when the first event comes. */
  readonly meter?: Meter | undefined;
}

/** Two options of `createDurableChat`: to be spread into the others. */
export type ChatTelemetry = {
  readonly [Name in 'onEvent' | 'aroundRespond']-?: NonNullable<
    DurableChatOptions[Name]
  >;
};

/**
 * Makes spans and metrics of what happens in chats, through the OpenTelemetry
 * API. A run is a span, a child of what was active when it began, and the active
 * one while `respond` is called: what the model call traces stands below it.
 * Nothing of what was said goes into them, nor who said it.
 *
 * Where an app has an `onEvent` of its own it calls both. Without an OpenTelemetry
 * SDK it does nothing. docs/observability.md lists what it makes.
 */
export function openTelemetry({
  tracer = trace.getTracer(SCOPE),
  meter,
}: OpenTelemetryOptions = {}): ChatTelemetry {
  const spans = new ChatSpans(tracer);
  // Not before it is needed: unlike a tracer, a meter that is asked for before
  // the SDK is there stays one that does nothing.
  let made: ChatMetrics | undefined;
  return {
    onEvent: (event) => {
      made ??= new ChatMetrics(meter ?? metrics.getMeter(SCOPE));
      made.onEvent(event);
      spans.onEvent(event);
    },
    aroundRespond: (run, respond) => spans.within(run, respond),
  };
}
