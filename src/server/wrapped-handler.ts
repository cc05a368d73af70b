import { isResponse } from './answer-source.js';
import type { ChatContext } from './chat-context.js';
import type { EventsOptions } from './events-request.js';
import { inlinedBody } from './inlined-body.js';
import { handleRequest } from './handle-request.js';
import { isAtBase } from './route-of.js';

/** A route handler as frameworks have it. */
export type RouteHandler = (request: Request) => Response | Promise<Response>;

/**
 * The handler with our routes round it: its POST becomes a run, all other
 * routes are ours. With `events`, a GET of the base path is the handler's, too:
 * there clients of other protocols ask for their messages.
 */
export function wrappedHandler(
  context: ChatContext,
  handler: RouteHandler,
  events?: EventsOptions,
): (request: Request) => Promise<Response> {
  const { basePath } = context.options;
  return (request) =>
    events && request.method === 'GET' && isAtBase(request, basePath)
      ? answerOf(handler, request)
      : handleRequest(context, request, {
          respond: (posted, text) => async (run) => {
            const body = events
              ? text
              : await inlinedBody(context, run.chatId, text);
            const { url, method } = posted;
            const headers = new Headers(posted.headers);
            if (body !== text) headers.delete('content-length');
            const signal = run.abortSignal;
            return handler(new Request(url, { method, headers, body, signal }));
          },
          registers: 'when-answered',
          events,
        });
}

/** Some frameworks have a handler throw its response. */
async function answerOf(
  handler: RouteHandler,
  request: Request,
): Promise<Response> {
  try {
    return await handler(request);
  } catch (error) {
    if (isResponse(error)) return error;
    throw error;
  }
}
