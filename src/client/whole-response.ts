import { DurableChatError } from '../protocol/index.js';
import { unreachable } from './follow-errors.js';

/**
 * A response of text with its whole body there already. Who is silent for longer than
 * `silenceMs` is given up: of a half-open socket nobody ever tells.
 *
 * @throws what `ask` throws; DurableChatError `unreachable`
 */
export async function wholeResponse(
  ask: (signal: AbortSignal) => Promise<Response>,
  silenceMs: number,
): Promise<Response> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  try {
    listen();
    const response = await ask(silence.signal);
    if (response.body === null) return response;
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      listen();
      const { done, value } = await reader.read();
      if (done) return new Response(text, response);
      text += decoder.decode(value, { stream: true });
    }
  } catch (cause) {
    throw cause instanceof DurableChatError ? cause : unreachable(cause);
  } finally {
    clearTimeout(timer);
  }
}
