/**
 * How long a reader may leave unread what it was given, before it is sent away
 * to come back by its cursor: as long as it stays, what it is read from is kept
 * for it.
 */
const UNREAD_MS = 60_000;

/** No reader is given more at a time, and so none holds more unread. */
const PIECE_LENGTH = 65_536;

/**
 * A body that is written only as fast as it is read, from frames that are made
 * when they are asked for: a reader that does not read holds one piece.
 *
 * @param onLeave Called when it goes away, or is sent away, before the end.
 * @param unreadMs `Infinity`: it is never sent away. To be so where its end,
 *   which is a clean one, would be taken for that of all frames.
 */
export function pulledBody(
  frames: AsyncGenerator<string, void, undefined>,
  onLeave?: () => void,
  unreadMs = UNREAD_MS,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let rest = '';
  let unread: ReturnType<typeof setTimeout> | undefined;
  const leave = (): void => {
    clearTimeout(unread);
    onLeave?.();
    // Not awaited: it may hang in a wait for what comes next.
    void frames.return();
    rest = '';
  };
  const awaitReading = (
    controller: ReadableStreamDefaultController<Uint8Array>,
  ): void => {
    if (unreadMs === Infinity) return;
    unread = setTimeout(() => {
      leave();
      controller.close();
    }, unreadMs);
  };
  return new ReadableStream<Uint8Array>(
    {
      start: awaitReading,
      async pull(controller) {
        clearTimeout(unread);
        if (rest === '') {
          const { done, value } = await frames.next();
          if (done === true) return controller.close();
          rest = value;
        }
        const end = endOfPiece(rest);
        controller.enqueue(encoder.encode(rest.slice(0, end)));
        rest = rest.slice(end);
        awaitReading(controller);
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}

/** Not between the halves of a character: each would be none. */
function endOfPiece(text: string): number {
  if (text.length <= PIECE_LENGTH) return text.length;
  const last = text.charCodeAt(PIECE_LENGTH - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return isHalf ? PIECE_LENGTH - 1 : PIECE_LENGTH;
}
