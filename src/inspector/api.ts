import type { ChatsAnswer, DeedResult, LineState, Moment } from './wire.js';

const token = new URLSearchParams(location.search).get('token') ?? '';

/** The address of what the inspector's server answers. */
export function apiUrl(
  path: string,
  query: Readonly<Record<string, string>> = {},
): string {
  return `/api/${path}?${new URLSearchParams({ ...query, token })}`;
}

/** In the words of the inspector's server. */
class Refused extends Error {}

async function ask<T>(url: string, method: 'GET' | 'POST'): Promise<T> {
  const response = await fetch(url, { method });
  if (!response.ok) throw new Refused(await response.text());
  // CAST: our own server's answer.
  return (await response.json()) as T;
}

export const fetchMoment = (feed: string, number: number): Promise<Moment> =>
  ask(apiUrl('moment', { feed, number: String(number) }), 'GET');

export const fetchChats = (): Promise<ChatsAnswer> =>
  ask(apiUrl('chats'), 'GET');

export const addChat = (chat: string): Promise<DeedResult> =>
  ask(apiUrl('chats', { chat }), 'POST');

export const dropLine = (feed: string): Promise<LineState> =>
  ask(apiUrl('line', { feed, drop: 'yes' }), 'POST');

export const steerLine = (
  feed: string,
  { isOffline, delayMs }: LineState,
): Promise<LineState> => {
  const query = {
    feed,
    offline: isOffline ? 'yes' : 'no',
    delay: String(delayMs),
  };
  return ask(apiUrl('line', query), 'POST');
};

/** What came of a button where no answer came. */
export function unanswered(error: unknown): DeedResult {
  const isRefused = error instanceof Refused;
  const gone = 'The inspector does not answer. Is it still running?';
  return { ok: false, text: isRefused ? error.message : gone };
}

export const doDeed = (
  query: Readonly<{ deed: string; chat: string; run?: string }>,
): Promise<DeedResult> => ask(apiUrl('deed', query), 'POST');
