import { useCallback, useEffect, useRef } from 'react';
import type { RoomSession } from './room-session.ts';

/** After so long without a key nobody is typing any more. */
const TYPING_MS = 3_000;

type Change = Parameters<RoomSession['setPresence']>[0];

/**
 * Tells the others whether this page is looked at, and whether somebody types
 * in it. Returns what is to be called at each key, and when all is sent.
 */
export function useOwnPresence(session: RoomSession, isConnected: boolean) {
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    if (!isConnected) return;
    const tell = () => {
      const isHidden = document.visibilityState === 'hidden';
      tellOf(session, { status: isHidden ? 'away' : 'online' });
    };
    // A connection begins as online, which a hidden tab is not.
    if (document.visibilityState === 'hidden') tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [session, isConnected]);

  const onRest = useCallback(() => {
    if (typing.current === undefined) return;
    clearTimeout(typing.current);
    typing.current = undefined;
    tellOf(session, { state: { isTyping: false } });
  }, [session]);

  const onType = useCallback(() => {
    if (typing.current === undefined) {
      tellOf(session, { state: { isTyping: true } });
    }
    clearTimeout(typing.current);
    typing.current = setTimeout(onRest, TYPING_MS);
  }, [session, onRest]);

  return { onType, onRest };
}

/** Offline it waits; refused, nobody misses it. */
function tellOf(session: RoomSession, change: Change): void {
  session.setPresence(change).catch(() => undefined);
}
