import { useCallback, useSyncExternalStore } from 'react';
import type { UIMessage } from 'ai';
import type {
  ApprovalRequest,
  DurableSession,
  DurableSessionSnapshot,
  PresenceValue,
} from '../session/index.js';
import { throttled } from './throttled.js';

/** What a session shows; it is connected while a component uses it. */
export function useSession<UI_MESSAGE extends UIMessage>(
  session: DurableSession<UI_MESSAGE>,
  throttleMs?: number,
): DurableSessionSnapshot<UI_MESSAGE> {
  const subscribe = useCallback(
    (listener: () => void) => {
      const leaving = new AbortController();
      const slow = throttled(listener, throttleMs, leaving.signal);
      let { status } = session.getSnapshot();
      const unsubscribe = session.subscribe(() => {
        const hasTurned = session.getSnapshot().status !== status;
        status = session.getSnapshot().status;
        (hasTurned ? listener : slow)();
      });
      return () => {
        leaving.abort();
        unsubscribe();
      };
    },
    [session, throttleMs],
  );
  const { getSnapshot } = session;
  return useSyncExternalStore(subscribe, getSnapshot, getSnapshot);
}

/** The devices that are in the session. Renders when one comes or changes. */
export function usePresence(session: DurableSession): readonly PresenceValue[] {
  return usePartOf(session, () => session.getSnapshot().presence);
}

/** The tool calls that wait for a yes or no. Renders when those change. */
export function useApprovals(
  session: DurableSession,
): readonly ApprovalRequest[] {
  return usePartOf(session, () => session.getSnapshot().approvals);
}

const usePartOf = <T>(session: DurableSession, read: () => T): T =>
  useSyncExternalStore(session.subscribe, read, read);
