/**
 * Bytes `from` to `to` (both included) of a stream, read only as fast as they
 * are wanted. The source is cancelled after the last of them, and the stream
 * fails where it ends before.
 */
export function sliceBytes(
  source: ReadableStream<Uint8Array>,
  { from, to }: { readonly from: number; readonly to: number },
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  const end = to + 1;
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) throw new Error('The stored bytes end too early.');
          const start = at;
          at += value.length;
          const wanted = value.subarray(Math.max(0, from - start), end - start);
          if (wanted.length > 0) controller.enqueue(wanted);
          if (at >= end) {
            controller.close();
            return reader.cancel();
          }
          if (wanted.length > 0) return;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
