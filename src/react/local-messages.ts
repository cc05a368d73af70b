import type { UIMessage } from 'ai';

/** What `setMessages` made of the session's messages as they were then. */
export interface LocalMessages<UI_MESSAGE extends UIMessage> {
  readonly base: readonly UI_MESSAGE[];
  readonly messages: readonly UI_MESSAGE[];
}

/**
 * The messages as this page has set them, with what has come since: a message
 * that is another one by now, and those that are new.
 */
export function withLocal<UI_MESSAGE extends UIMessage>(
  messages: readonly UI_MESSAGE[],
  local: LocalMessages<UI_MESSAGE> | undefined,
): readonly UI_MESSAGE[] {
  if (local === undefined) return messages;
  const before = new Map(local.base.map((one) => [one.id, one]));
  const now = new Map(messages.map((one) => [one.id, one]));
  const kept = local.messages.map((one) => {
    const current = now.get(one.id);
    return current !== undefined && current !== before.get(one.id)
      ? current
      : one;
  });
  const ids = new Set(kept.map(({ id }) => id));
  const added = messages.filter(({ id }) => !before.has(id) && !ids.has(id));
  return [...kept, ...added];
}
