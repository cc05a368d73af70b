import { isDeepStrictEqual } from 'node:util';
import type { UIMessage } from 'ai';
import { textOf } from '../support/chat-client.js';
import type { Claim } from './journal.js';
import { answerText, questionText } from './question.js';

/** What `load` says of a chat, and what has been seen of it. */
export interface SeenChat {
  readonly chatId: string;
  readonly loaded: readonly UIMessage[];
  /** What a page shows that has read it all along. */
  readonly shown: readonly UIMessage[];
  /** What it shows once it was opened anew. */
  readonly reopened: readonly UIMessage[];
  readonly claims: readonly Claim[];
}

/** What is lost, or shown otherwise than it is. */
export function checkChat(chat: SeenChat): string[] {
  const { chatId, claims, loaded } = chat;
  const lost = claims.flatMap((claim) => {
    const isThere = hasAnswer(loaded, claim);
    return isThere ? [] : [`lost: ${claim.question.name}, which was shown`];
  });
  const reopened = withoutEmpty(chat.reopened);
  const other = isDeepStrictEqual(reopened, loaded)
    ? []
    : [`a reopened page differs from load: ${difference(reopened, chat)}`];
  return [...lost, ...other, ...unlike(chat)].map(
    (problem) => `${chatId}: ${problem}`,
  );
}

/** An answer that failed before its first part: a page shows it with its error. */
function withoutEmpty(messages: readonly UIMessage[]): readonly UIMessage[] {
  return messages.filter(({ parts }) => parts.length > 0);
}

/** Whether the answer stands behind its question, to the letter. */
function hasAnswer(
  messages: readonly UIMessage[],
  { messageId, question }: Claim,
): boolean {
  const place = messages.findIndex(({ id }) => id === messageId);
  const [asked, answered] = [messages[place - 1], messages[place]];
  return (
    textOf(answered) === answerText(question) &&
    textOf(asked) === questionText(question)
  );
}

/**
 * A page that has read all along shows what `load` says. Of an answer that was
 * cut short it may have seen more: what its server had no time to store.
 */
function unlike({ shown, loaded, claims }: SeenChat): string[] {
  const complete = new Set(claims.map(({ messageId }) => messageId));
  const place = shown.findIndex((message, index) => {
    const there = loaded[index];
    if (isDeepStrictEqual(message, there)) return false;
    if (complete.has(message.id)) return true;
    if (there === undefined) return !endsUnstored(shown, loaded);
    const isSame = there.id === message.id;
    return !(isSame && textOf(message).startsWith(textOf(there)));
  });
  const isLonger =
    shown.length !== loaded.length && !endsUnstored(shown, loaded);
  if (place < 0 && !isLonger) return [];
  const at = place < 0 ? Math.min(shown.length, loaded.length) : place;
  return [`the page differs from load: ${differenceAt(at, shown, loaded)}`];
}

/**
 * A last answer of which nothing was stored but that it was stopped; or whose
 * server died before it had stored the question.
 */
function endsUnstored(
  shown: readonly UIMessage[],
  loaded: readonly UIMessage[],
): boolean {
  const roles = shown.slice(loaded.length).map(({ role }) => role);
  return ['assistant', 'user,assistant'].includes(roles.join());
}

function difference(
  shown: readonly UIMessage[],
  { loaded }: Pick<SeenChat, 'loaded'>,
): string {
  const place = shown.findIndex(
    (message, index) => !isDeepStrictEqual(message, loaded[index]),
  );
  return differenceAt(place < 0 ? shown.length : place, shown, loaded);
}

function differenceAt(
  at: number,
  shown: readonly UIMessage[],
  loaded: readonly UIMessage[],
): string {
  const [here, there] = [shown[at], loaded[at]].map((message) =>
    JSON.stringify(message ?? null),
  );
  return `${shown.length} and ${loaded.length} messages, at ${at}: ${here} and ${there}`;
}
