import type { ChatContext } from './chat-context.js';
import type { Run } from './run.js';

/**
 * Calls `respond` once, inside of `aroundRespond` where there is one. Whatever
 * that does or leaves undone, the run has its answer: what it throws is told to
 * `onError`.
 */
export function respondWithin<T>(
  context: ChatContext,
  { chatId, id: runId, agentId }: Run,
  respond: () => T | PromiseLike<T>,
): T | PromiseLike<T> {
  const { aroundRespond } = context.options;
  if (aroundRespond === undefined) return respond();
  let answer: Promise<T> | undefined;
  // A promise, so that what `respond` throws is told from what the hook does.
  const respondOnce = (): Promise<T> => (answer ??= (async () => respond())());
  const failed = async (error: unknown): Promise<void> => {
    // What `respond` threw, and this only passed on, is told elsewhere.
    const own = await answer?.catch((thrown: unknown) => thrown);
    if (error === own) return;
    context.report(error, { chatId, runId, source: 'app' });
  };
  try {
    const run = { chatId, runId, agentId };
    const returned: unknown = aroundRespond(run, respondOnce);
    if (returned instanceof Promise) returned.catch(failed);
  } catch (error) {
    void failed(error);
  }
  return respondOnce();
}
