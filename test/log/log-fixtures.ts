import {
  createStream,
  readPages,
  type LogBatch,
  type RetryPolicy,
  type StreamTarget,
} from '../../src/log/index.js';

/** Patient, but quick. */
export const QUICK: RetryPolicy = {
  initialDelayMs: 10,
  maxDelayMs: 50,
  giveUpAfterMs: 20_000,
  attemptTimeoutMs: 300,
};

/** The same with a clock that runs twenty times as fast. */
export const HURRIED: RetryPolicy = {
  ...QUICK,
  giveUpAfterMs: 400_000,
  now: () => Date.now() * 20,
};

export const record = (n: number): object => ({
  type: 'note',
  key: `note:${n}`,
  value: { n },
  headers: { operation: 'insert' },
});

export const batchOf = (...numbers: readonly number[]): string =>
  JSON.stringify(numbers.map(record));

/** The numbers of `record`s, in their order. */
function numbersOf(items: readonly unknown[]): number[] {
  return items.map((item) => {
    // CAST: written by `record` above; a wrong shape fails the test either way.
    const { value } = item as { value: { n: number } };
    return value.n;
  });
}

export async function readNumbers(target: StreamTarget): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { items } of readPages(target)) {
    numbers.push(...numbersOf(items));
  }
  return numbers;
}

export async function createEmpty(target: StreamTarget): Promise<void> {
  await createStream(target, { retry: QUICK });
}

/** The batches up to the first that fulfils the condition. */
export async function batchesUntil(
  batches: AsyncGenerator<LogBatch>,
  isLast: (batch: LogBatch, numbers: readonly number[]) => boolean,
): Promise<LogBatch[]> {
  const seen: LogBatch[] = [];
  for await (const batch of batches) {
    seen.push(batch);
    const numbers = numbersOf(seen.flatMap(({ items }) => items));
    if (isLast(batch, numbers)) break;
  }
  return seen;
}

export const allNumbers = (batches: readonly LogBatch[]): number[] =>
  numbersOf(batches.flatMap(({ items }) => items));

/** A target whose requests are counted. */
export function counted(
  target: StreamTarget,
): StreamTarget & { readonly requests: Request[] } {
  const requests: Request[] = [];
  const send = target.fetch ?? fetch;
  const counting: typeof fetch = (input, init) => {
    requests.push(new Request(input, init));
    return send(input, init);
  };
  return { ...target, fetch: counting, requests };
}

export const upTo = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => index);

/** Ends the stream for good, with a last batch if given. */
export async function closeStream(
  { url }: StreamTarget,
  body?: string,
): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'stream-closed': 'true', 'content-type': 'application/json' },
    ...(body !== undefined && { body }),
  });
  await response.arrayBuffer();
}
