/**
 * What a POST of another protocol than the AI SDK's calls its chat, unless the
 * app says otherwise: `threadId` (AG-UI, TanStack AI), or else `id`.
 */
export function postedChatId(json: unknown): unknown {
  // CAST: of an object of any shape, or of none, only fields are looked at.
  const { threadId, id } = Object(json) as Readonly<Record<string, unknown>>;
  return threadId ?? id;
}
