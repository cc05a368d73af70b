import {
  fetchServerSentEvents,
  localStoragePersistence,
  useChat,
} from '@tanstack/ai-react';
import { durableFetch } from 'ai-durable-transport';
import { useMemo } from 'react';

/**
 * TanStack AI's `useChat`, whose answers survive drops and reloads. Its
 * `persistence` keeps the messages in the browser, and which answer was under
 * way: that one is reopened by `durableFetch`.
 */
export function useDurableThread(threadId: string, api = '/api/chat') {
  const [durable, connection] = useMemo(() => {
    const fetchClient = durableFetch({ api, chatId: threadId });
    return [fetchClient, fetchServerSentEvents(api, { fetchClient })] as const;
  }, [api, threadId]);
  const chat = useChat({
    threadId,
    connection,
    persistence: localStoragePersistence(),
  });
  return {
    ...chat,
    /** Ends the answer on all devices; `stop` of `useChat` only looks away. */
    stop: async (): Promise<void> => {
      await durable.stop();
    },
  };
}
