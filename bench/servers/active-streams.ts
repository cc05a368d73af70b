/**
 * The persistence layer that the docs of both peers leave to the app, reduced
 * to what resuming needs: which stream a chat has running. Messages would go
 * to a database, whose cost is not counted here.
 */
export class ActiveStreams {
  readonly #byChat = new Map<string, string>();

  save(chatId: string, activeStreamId: string | null): void {
    if (activeStreamId === null) this.#byChat.delete(chatId);
    else this.#byChat.set(chatId, activeStreamId);
  }

  /** Of the chat that `GET /api/chat/{id}/stream` names. */
  of(request: Request): string | undefined {
    const [, , , chatId = ''] = new URL(request.url).pathname.split('/');
    return this.#byChat.get(decodeURIComponent(chatId));
  }
}
