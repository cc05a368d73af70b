import type { DurableChatEvent } from './durable-chat-event.js';
import type { DurableChatOptions, ErrorContext } from './options.js';

/** Tells `onEvent`. Never throws, and waits for nothing. */
export type TellEvent = (event: DurableChatEvent) => void;

type Report = (error: unknown, context: ErrorContext) => void;

/**
 * `undefined` where nobody listens, so that no event is made. What a listener
 * throws goes to `onError`, once for each type of event: it would throw again at
 * the next append.
 */
export function eventTeller(
  onEvent: DurableChatOptions['onEvent'],
  report: Report,
): TellEvent | undefined {
  if (onEvent === undefined) return undefined;
  const reported = new Set<DurableChatEvent['type']>();
  const failed = (event: DurableChatEvent, error: unknown): void => {
    if (reported.has(event.type)) return;
    reported.add(event.type);
    report(error, { ...placeOf(event), source: 'app' });
  };
  return (event) => {
    try {
      // An async function is taken for one that returns nothing.
      const told: unknown = onEvent(event);
      if (told instanceof Promise) {
        told.catch((error: unknown) => failed(event, error));
      }
    } catch (error) {
      failed(event, error);
    }
  };
}

function placeOf(event: DurableChatEvent): Omit<ErrorContext, 'source'> {
  const chatId = 'chatId' in event ? event.chatId : '';
  const runId = 'runId' in event ? event.runId : undefined;
  return runId === undefined ? { chatId } : { chatId, runId };
}
