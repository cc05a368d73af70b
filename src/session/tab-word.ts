import type { ServerSentEvent } from '../protocol/index.js';

/** What the tab that leads says of each piece that it reads. */
export interface TabWord {
  /** The offset before the events, and the one after them. */
  readonly after: string;
  readonly to: string;
  readonly events: readonly ServerSentEvent[];
  /** Its connection is over. */
  readonly isLost?: boolean;
}

/** What a word is to a tab that stands at an offset. */
export type TabWordMeaning =
  /** Its events are the next. */
  | 'next'
  /** The tab that leads stands here, too, now. */
  | 'here'
  /** It is still where this tab was before. */
  | 'behind'
  /** Something between is lacking. */
  | 'ahead';

/** Offsets sort as text (Durable Streams protocol, "Offsets"). */
export function meaningOf(
  { after, to }: Pick<TabWord, 'after' | 'to'>,
  offset: string,
): TabWordMeaning {
  if (after === offset) return 'next';
  if (to === offset) return 'here';
  return to < offset ? 'behind' : 'ahead';
}
