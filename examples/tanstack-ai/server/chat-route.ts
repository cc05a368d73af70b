import {
  chat,
  chatParamsFromRequest,
  toServerSentEventsResponse,
  type AnyTextAdapter,
} from '@tanstack/ai';
import {
  createDurableChat,
  type DurableChatOptions,
} from 'ai-durable-transport/server';

export interface ChatRouteOptions extends DurableChatOptions {
  /** For instance `openaiText('gpt-5.5')` of `@tanstack/ai-openai`. */
  readonly adapter: AnyTextAdapter;
}

/**
 * What answers `/api/chat` and everything below it: TanStack AI's own handler,
 * made durable.
 */
export function chatRoute({ adapter, ...options }: ChatRouteOptions) {
  const { wrap } = createDurableChat(options);
  return wrap(
    async (request) => {
      const { messages, threadId, runId } =
        await chatParamsFromRequest(request);
      // The run's signal: it fires on stop, never because a page went away.
      const abortController = new AbortController();
      request.signal.addEventListener('abort', () => abortController.abort());
      return toServerSentEventsResponse(
        chat({ adapter, messages, threadId, runId, abortController }),
      );
    },
    { format: 'events' },
  );
}
