/**
 * Whether a request's work ends with it and is no other request's to use: its
 * connections, timers and promises. So it is in Workers, which cut off whoever
 * waits for another request's promise ("Cannot perform I/O on behalf of a
 * different request"), and in edge runtimes that run on them.
 */
export function isolatesRequests(): boolean {
  const { navigator } = globalThis;
  const isWorkers = navigator?.userAgent === 'Cloudflare-Workers';
  return isWorkers || 'EdgeRuntime' in globalThis;
}
