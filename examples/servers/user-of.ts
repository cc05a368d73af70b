/**
 * Stands for the sessions of your app, and trusts whoever asks: put your own
 * in its place, and let `authorize` ask whether the chat is this user's, too.
 */
export function userOf(request: Request): { id: string } | undefined {
  const cookies = request.headers.get('cookie') ?? '';
  const [, id] = /(?:^|; )user=([^;]+)/.exec(cookies) ?? [];
  return id === undefined ? undefined : { id };
}
