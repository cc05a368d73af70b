import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace';

/** OpenTelemetry's own SDK, which exports into memory. */
export function memorySdk() {
  const spans = new InMemorySpanExporter();
  const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const tracers = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
  });
  const reader = new PeriodicExportingMetricReader({ exporter: points });
  const meters = new MeterProvider({ readers: [reader] });
  return {
    tracer: tracers.getTracer('test'),
    meter: meters.getMeter('test'),
    tracers,
    meters,
    spans: (name?: string): ReadableSpan[] =>
      spans
        .getFinishedSpans()
        .filter((span) => name === undefined || span.name === name),
    /** By name, with the unit. */
    async metrics() {
      await meters.forceFlush();
      const [newest] = points.getMetrics().slice(-1);
      const all = newest?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
      return new Map(
        all.map(({ descriptor: { name, unit }, dataPoints }) => [
          name,
          { unit, points: dataPoints },
        ]),
      );
    },
    close: () => Promise.all([tracers.shutdown(), meters.shutdown()]),
  };
}

/** Keeps the active span over `await`, as an app's SDK has it. Once a file. */
export function keepContext(): () => void {
  context.setGlobalContextManager(
    new AsyncLocalStorageContextManager().enable(),
  );
  return () => {
    context.disable();
    trace.disable();
  };
}
