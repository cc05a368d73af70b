/**
 * A server instance in a process of its own, to be killed and suspended. It
 * counts up until it is stopped, and tells its parent when that happens. The
 * parent may let it fall silent, or come to an end.
 *
 * Started by `startServerProcess`. Imports by path: the package's own name
 * leads to `dist` here, which a test must not need.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  allowAnyone,
  createDurableChat,
  type RespondContext,
} from '../../src/server/index.js';
import { serve } from './serve.js';

const { STREAMS_URL = '', LEASE_MS = '' } = process.env;

/** What the parent has asked for: from then on it holds for every answer. */
let asked: unknown = 'count';
process.on('message', (message) => void (asked = message));

function countUp({ abortSignal }: RespondContext) {
  const id = 'numbers';
  let count = 0;
  return new ReadableStream<object>({
    start: (controller) => controller.enqueue({ type: 'text-start', id }),
    async pull(controller) {
      while (asked === 'pause' && !abortSignal.aborted) await sleep(20);
      if (abortSignal.aborted || asked === 'finish') return controller.close();
      count += 1;
      controller.enqueue({ type: 'text-delta', id, delta: `${count} ` });
      await sleep(20);
    },
  });
}

const chat = createDurableChat({
  streams: { url: STREAMS_URL },
  leaseMs: Number(LEASE_MS),
  authorize: allowAnyone(),
  respond: (context) => {
    context.abortSignal.addEventListener('abort', () =>
      process.send?.({ kind: 'aborted' }),
    );
    return countUp(context);
  },
});
const { url } = await serve(chat.handle);
process.send?.({ kind: 'listening', url });
process.on('disconnect', () => process.exit());
