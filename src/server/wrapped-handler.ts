import type { ChatContext } from './chat-context.js';
import { inlinedBody } from './inlined-body.js';
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
      respond: (posted, text) => async (run) => {
        const body = await inlinedBody(context, run.chatId, text);
        const { url, method } = posted;
        const headers = new Headers(posted.headers);
        if (body !== text) headers.delete('content-length');
        const signal = run.abortSignal;
        return handler(new Request(url, { method, headers, body, signal }));
      },
      registers: 'when-answered',
    });
}
