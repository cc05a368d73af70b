import { setTimeout as sleep } from 'node:timers/promises';
import type { UIMessage } from 'ai';
import type { AgentContext, Authorize } from 'ai-durable-transport/server';

/** The actor is whom the request says: for tests of what a server makes of it. */
export const authorizeByHeader: Authorize = ({ request }) => {
  const id = request.headers.get('x-actor') ?? 'anyone';
  if (id === 'nobody') throw new Error('not here');
  return { id };
};

/** An agent that says whom it answers, word by word. */
export function echo(agentId: string, pauseMs = 0) {
  return {
    name: agentId,
    triggers: 'user-messages' as const,
    respond: ({ trigger }: AgentContext) => {
      const words = `${agentId} hears ${textOf(trigger.message)}`.split(' ');
      return spoken(words, pauseMs);
    },
  };
}

/** A stream of chunks that says these words. */
export function spoken(
  words: readonly string[],
  pauseMs = 0,
): ReadableStream<object> {
  async function* chunks(): AsyncGenerator<object> {
    yield { type: 'start' };
    yield { type: 'text-start', id: 't' };
    for (const [index, word] of words.entries()) {
      if (pauseMs > 0) await sleep(pauseMs);
      const delta = index === 0 ? word : ` ${word}`;
      yield { type: 'text-delta', id: 't', delta };
    }
    yield { type: 'text-end', id: 't' };
    yield { type: 'finish' };
  }
  const iterator = chunks();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

export const textOf = (message: UIMessage | undefined): string =>
  (message?.parts ?? [])
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('');

export const says = (id: string, text: string): UIMessage => ({
  id,
  role: 'user',
  parts: [{ type: 'text', text }],
});

/** A POST to one of a chat's routes, as an actor. */
export async function post(
  { api, chatId, actor = 'ann', headers = {} }: PostOptions,
  route: string,
  body: unknown,
): Promise<Posted> {
  const url = `${api}/${encodeURIComponent(chatId)}/${route}`;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-actor': actor,
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, json };
}

export interface PostOptions {
  readonly api: string;
  readonly chatId: string;
  readonly actor?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Posted {
  readonly status: number;
  readonly json: unknown;
}
