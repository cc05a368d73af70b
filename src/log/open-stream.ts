import { sendRequest } from './send-request.js';
import type { StreamTarget } from './stream-target.js';

/**
 * One GET, its answer as it comes: for whoever passes a stream on. Rejects as
 * `fetch` does.
 */
export function openStream(
  target: StreamTarget,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  return sendRequest(target, { method: 'GET', query }, signal);
}
