import { DurableChatError } from '../protocol/index.js';

/**
 * The request's body as JSON, read no further than `maxBytes`.
 *
 * @throws DurableChatError `body-too-large` or `invalid-json`
 */
export async function readJson(
  request: Request,
  maxBytes: number,
): Promise<{ readonly text: string; readonly json: unknown }> {
  const text = await readText(request, maxBytes);
  try {
    return { text, json: text === '' ? undefined : JSON.parse(text) };
  } catch (cause) {
    throw new DurableChatError('invalid-json', 'The body is not valid JSON.', {
      cause,
    });
  }
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  if (request.body === null) return '';
  const decoder = new TextDecoder();
  const reader = request.body.getReader();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge(maxBytes);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function tooLarge(maxBytes: number): DurableChatError {
  return new DurableChatError(
    'body-too-large',
    `The body is larger than ${maxBytes} bytes (option maxBodyBytes).`,
  );
}
