import type { DurableChatEvent } from '../server/index.js';

/** The event of a type. */
export type EventOf<TYPE extends DurableChatEvent['type']> = Extract<
  DurableChatEvent,
  { type: TYPE }
>;
