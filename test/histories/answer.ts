import { realSleep } from '../../src/testing/real-sleep.js';
import type { StreamChunk } from '../../src/protocol/index.js';
import type { History } from './history.js';

/** What a model says that is left alone, its end included. */
export function saidBy({ chunks, ending }: History): StreamChunk[] {
  switch (ending) {
    case 'finish':
      return [...chunks, { type: 'finish', finishReason: 'stop' }];
    case 'error':
      return [...chunks, { type: 'error', errorText: 'The model broke.' }];
    case 'abort':
      return [...chunks, { type: 'abort' }];
    case 'throw':
      return [...chunks];
  }
}

/** Says it at its own pace, to the end or until it is stopped. */
export function answer(
  history: History,
  stopped: AbortSignal,
): ReadableStream<StreamChunk> {
  const said = saidBy(history);
  let at = 0;
  return new ReadableStream<StreamChunk>(
    {
      async pull(controller) {
        const chunk = said[at];
        const pauseMs = history.pausesMs[at % history.pausesMs.length] ?? 0;
        at += 1;
        if (pauseMs > 0)
          await realSleep(pauseMs, stopped).catch(() => undefined);
        if (stopped.aborted) return controller.close();
        if (chunk !== undefined) return controller.enqueue(chunk);
        if (history.ending !== 'throw') return controller.close();
        controller.error(new Error('The model broke.'));
      },
    },
    { highWaterMark: 0 },
  );
}
