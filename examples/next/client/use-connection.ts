import { useSyncExternalStore } from 'react';
import { transport } from '@/client/chats';

const { connection } = transport;

/** How the transport reaches the server right now. */
export function useConnection() {
  return useSyncExternalStore(
    (listener) => connection.subscribe(listener),
    () => connection.getSnapshot(),
    () => 'idle' as const,
  );
}
