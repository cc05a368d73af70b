import type { UIMessage } from 'ai';
import { chatMessage, type ChatState } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';

/**
 * Whether a client has read more of an answer than the chat has: the store was
 * away while it was shown. Believed only where clients supply the history.
 */
export async function hasReadMore(
  { options, fold }: ChatContext,
  state: ChatState,
  posted: UIMessage,
): Promise<boolean> {
  if (options.history === 'server' || posted.role !== 'assistant') return false;
  const known = await chatMessage(state, posted.id, fold);
  const [there, here] = [extentOf(known), extentOf(posted)];
  const isNowhereLess = here.every((extent, at) => extent >= (there[at] ?? 0));
  return isNowhereLess && here.some((extent, at) => extent > (there[at] ?? 0));
}

const OUTCOMES: ReadonlySet<unknown> = new Set([
  'output-available',
  'output-denied',
]);

/** How far a message is: in parts, in characters, in calls that came to something. */
function extentOf(message: UIMessage | undefined): readonly number[] {
  const parts = message?.parts ?? [];
  const characters = parts.map((part) =>
    'text' in part ? part.text.length : 0,
  );
  const settled = parts.filter(
    (part) => 'state' in part && OUTCOMES.has(part.state),
  );
  const length = characters.reduce((sum, count) => sum + count, 0);
  return [parts.length, length, settled.length];
}
