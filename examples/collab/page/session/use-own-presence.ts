import { useCallback, useEffect, useRef } from 'react';
import type { RoomChat } from './room-chat.ts';

/** After so long without a key nobody is typing any more. */
const TYPING_MS = 3_000;

type SetPresence = RoomChat['setPresence'];

/**
 * Tells the others whether this page is looked at, and whether somebody types
 * in it. Returns what is to be called at each key, and when all is sent.
 */
export function useOwnPresence({ setPresence, connection }: RoomChat) {
  const isConnected = connection === 'connected';
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    if (!isConnected) return;
    const tell = () => {
      const isHidden = document.visibilityState === 'hidden';
      tellBy(setPresence, { status: isHidden ? 'away' : 'online' });
    };
    // A connection begins as online, which a hidden tab is not.
    if (document.visibilityState === 'hidden') tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [setPresence, isConnected]);

  const onRest = useCallback(() => {
    if (typing.current === undefined) return;
    clearTimeout(typing.current);
    typing.current = undefined;
    tellBy(setPresence, { state: { isTyping: false } });
  }, [setPresence]);

  const onType = useCallback(() => {
    if (typing.current === undefined) {
      tellBy(setPresence, { state: { isTyping: true } });
    }
    clearTimeout(typing.current);
    typing.current = setTimeout(onRest, TYPING_MS);
  }, [setPresence, onRest]);

  return { onType, onRest };
}

/** Offline it waits; refused, nobody misses it. */
function tellBy(
  setPresence: SetPresence,
  change: Parameters<SetPresence>[0],
): void {
  setPresence(change).catch(() => undefined);
}
