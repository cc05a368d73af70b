/** The same answer, and a call for each piece of its body that arrives. */
export function watchBody(response: Response, onBytes: () => void): Response {
  if (response.body === null) return response;
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      onBytes();
      controller.enqueue(bytes);
    },
  });
  return new Response(response.body.pipeThrough(watch), response);
}
