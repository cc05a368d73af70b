/** One request to the streams server, by the bytes of its bodies. */
export interface MeteredRequest {
  /** Such as `GET history`. */
  readonly name: string;
  readonly sent: number;
  received: number;
}

/** A `fetch` that counts, for `streams: { url, fetch }`. */
export interface MeteredFetch {
  readonly fetch: typeof fetch;
  /** What has been asked since it was last called. */
  take(): MeteredRequest[];
}

/** Counts as the network would without compression. */
export function meteredFetch(): MeteredFetch {
  let requests: MeteredRequest[] = [];
  const metered: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    const { method = 'GET', body } = init ?? {};
    const stream = new URL(url).pathname.split('/').at(-1) ?? '';
    const sent = typeof body === 'string' ? Buffer.byteLength(body) : 0;
    const name = url.includes('live=') ? `follow ${stream}` : stream;
    const request = { name: `${method} ${name}`, sent, received: 0 };
    requests.push(request);
    const response = await fetch(input, init);
    const counted = response.body?.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(bytes, controller) {
          request.received += bytes.byteLength;
          controller.enqueue(bytes);
        },
      }),
    );
    return new Response(counted ?? null, response);
  };
  return {
    fetch: metered,
    take() {
      const taken = requests;
      requests = [];
      return taken;
    },
  };
}

/** What went over the wire in the requests of this name, both ways. */
export function bytesOf(
  requests: readonly MeteredRequest[],
  name: string,
): number {
  return requests
    .filter((request) => request.name === name)
    .reduce((sum, { sent, received }) => sum + sent + received, 0);
}
