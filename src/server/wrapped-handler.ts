import type { ChatContext } from './chat-context.js';
import { handleRequest } from './handle-request.js';

/** A route handler as frameworks have it. */
export type RouteHandler = (request: Request) => Response | Promise<Response>;

/**
 * The handler with our routes round it: its POST becomes a run, all other
 * routes are ours.
 */
export function wrappedHandler(
  context: ChatContext,
  handler: RouteHandler,
): (request: Request) => Promise<Response> {
  return (request) =>
    handleRequest(context, request, {
      respond: (posted, text) => (run) =>
        handler(
          new Request(posted.url, {
            method: posted.method,
            headers: posted.headers,
            body: text,
            signal: run.abortSignal,
          }),
        ),
      registers: 'when-answered',
    });
}
