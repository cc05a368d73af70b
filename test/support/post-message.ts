/** A POST as the AI SDK's own transport sends it, without any of ours. */
export function postMessage(
  api: string,
  { id = 'chat-1', text = 'Hi', ...rest }: PostedMessage = {},
): Promise<Response> {
  const { headers, signal, fields = { own: 'field' } } = rest;
  const message = {
    id: `${id}-${text}`,
    role: 'user',
    parts: [{ type: 'text', text }],
  };
  return fetch(api, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ id, messages: [message], ...fields }),
    ...(signal && { signal }),
  });
}

interface PostedMessage {
  readonly id?: string;
  readonly text?: string;
  /** The app's own, beside those of the AI SDK. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The chunks of a UI message stream, and whether it was complete. */
export async function chunksOf(
  response: Response,
): Promise<{ chunks: { type: string }[]; isDone: boolean }> {
  const lines = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice('data: '.length));
  const isDone = lines.at(-1) === '[DONE]';
  return {
    chunks: lines.slice(0, isDone ? -1 : undefined).map(chunkOf),
    isDone,
  };
}

function chunkOf(line: string): { type: string } {
  // CAST: what a UI message stream consists of.
  return JSON.parse(line) as { type: string };
}
