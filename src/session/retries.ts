import { isPassing, onWake, type ReconnectPolicy } from '../client/index.js';
import { DurableChatError } from '../protocol/index.js';

/** Whether another try may go well, for nothing is wrong with what was sent. */
export const mayPass = (error: unknown): boolean =>
  error instanceof DurableChatError &&
  (error.code === 'unreachable' ||
    error.code === 'store-unavailable' ||
    (error.code !== 'internal' && isPassing(error, true)));

/**
 * The time until the next try. It is over early where the network or the page
 * comes back, and when `onWaiting` is given a function, by calling that.
 */
export function untilRetry(
  { initialDelayMs, maxDelayMs }: ReconnectPolicy,
  tries: number,
  onWaiting: (wake: () => void) => void = () => undefined,
): Promise<void> {
  const longest = Math.min(maxDelayMs, initialDelayMs * 2 ** (tries - 1));
  return new Promise<void>((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      stopWaking();
      resolve();
    };
    const stopWaking = onWake(wake);
    const timer = setTimeout(wake, longest * (0.5 + Math.random() / 2));
    onWaiting(wake);
  });
}
