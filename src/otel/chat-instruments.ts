import type {
  Counter,
  Histogram,
  Meter,
  MetricOptions,
  UpDownCounter,
} from '@opentelemetry/api';

/** Of a request to a store: from a millisecond to half a minute. */
const REQUEST_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
/** Of an answer: up to an hour. */
const ANSWER_SECONDS = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600,
];
const SIZES = [
  256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216,
];

const histogramOf = (
  unit: string,
  explicitBucketBoundaries: number[],
  description: string,
): MetricOptions => ({
  unit,
  description,
  advice: { explicitBucketBoundaries },
});

export interface ChatInstruments {
  readonly activeRuns: UpDownCounter;
  readonly runs: Counter;
  readonly runDuration: Histogram;
  readonly firstChunk: Histogram;
  readonly chunks: Counter;
  readonly appends: Counter;
  readonly appendDuration: Histogram;
  readonly appendSize: Histogram;
  readonly retries: Counter;
  readonly seals: Counter;
  readonly resumes: Counter;
  readonly resumeDuration: Histogram;
  readonly replayedChunks: Counter;
  readonly readerLag: Histogram;
  readonly blobSize: Histogram;
  readonly outages: Counter;
  readonly outageDuration: Histogram;
}

/** The names and units (UCUM) of all that is counted. */
export function chatInstruments(meter: Meter): ChatInstruments {
  const counter = (name: string, unit: string, description: string): Counter =>
    meter.createCounter(`durable_chat.${name}`, { unit, description });
  const histogram = (name: string, options: MetricOptions): Histogram =>
    meter.createHistogram(`durable_chat.${name}`, options);
  const seconds = (name: string, buckets: number[], what: string): Histogram =>
    histogram(name, histogramOf('s', buckets, what));
  const bytes = (name: string, what: string): Histogram =>
    histogram(name, histogramOf('By', SIZES, what));
  return {
    activeRuns: meter.createUpDownCounter('durable_chat.active_runs', {
      unit: '{run}',
      description: 'Runs that this instance is producing.',
    }),
    runs: counter('runs', '{run}', 'Runs that have ended.'),
    runDuration: seconds(
      'run.duration',
      ANSWER_SECONDS,
      'From the start of a run until its answer was over.',
    ),
    firstChunk: seconds(
      'run.time_to_first_chunk',
      ANSWER_SECONDS,
      'From the start of a run to the first chunk that says something.',
    ),
    chunks: counter('chunks', '{chunk}', 'Chunks of runs that have ended.'),
    appends: counter('appends', '{append}', 'Appends that were stored.'),
    appendDuration: seconds(
      'append.duration',
      REQUEST_SECONDS,
      'From the first try of an append to its answer.',
    ),
    appendSize: bytes('append.size', 'How much an append stored.'),
    retries: counter('append.retries', '{retry}', 'Writes that were repeated.'),
    seals: counter('seals', '{run}', 'Runs of others that were ended.'),
    resumes: counter('resumes', '{resume}', 'Readers that came back.'),
    resumeDuration: seconds(
      'resume.duration',
      REQUEST_SECONDS,
      'From the request of a reader that came back to its answer.',
    ),
    replayedChunks: counter(
      'resume.replayed_chunks',
      '{chunk}',
      'Chunks that were there when a reader came back.',
    ),
    readerLag: bytes('reader.lag', 'How far a live reader was behind at most.'),
    blobSize: bytes('blob.size', 'Large parts that were stored.'),
    outages: counter('store.outages', '{outage}', 'Times the store was away.'),
    outageDuration: seconds(
      'store.outage.duration',
      ANSWER_SECONDS,
      'How long the store was away.',
    ),
  };
}
