import { sleep } from '../log/index.js';
import { DurableChatError } from '../protocol/index.js';

const DELAYS_MS = [100, 300, 800, 1_800];

/**
 * Tries for three seconds what another instance may only be about to write,
 * and what the store does not answer to. `undefined` where there is nothing.
 *
 * @throws what the last try threw; at once what another try would not change
 */
export async function patiently<T>(
  attempt: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const delayMs of DELAYS_MS) {
    const found = await attempt().catch(nothingYet);
    if (found !== undefined) return found;
    await sleep(delayMs);
  }
  return attempt();
}

function nothingYet(error: unknown): undefined {
  const { code } = error instanceof DurableChatError ? error : {};
  if (code !== 'store-unavailable') throw error;
}
