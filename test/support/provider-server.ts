import { setTimeout as sleep } from 'node:timers/promises';
import { parsed, type ProviderConversation } from './provider-conversation.js';
import { serve, type Served } from './serve.js';

export interface ProviderServerOptions {
  readonly conversation: ProviderConversation;
  /** Milliseconds before each event. */
  readonly paceMs: number;
  /** Called before each event of a call; what it returns is waited for. */
  readonly beforeEvent?: (place: {
    readonly call: number;
    readonly event: number;
    /** What the call has sent, as JSON. */
    readonly asked: string;
  }) => Promise<unknown> | undefined;
}

/**
 * A provider's HTTP API that plays a conversation, in the provider's own
 * framing. Once all is played, the last call is played again.
 */
export function startProviderServer(
  options: ProviderServerOptions,
): Promise<Served> {
  const { calls } = options.conversation;
  let count = 0;
  return serve(async (request) => {
    const asked = await request.text();
    const call = Math.min(count, calls.length - 1);
    count += 1;
    const encoder = new TextEncoder();
    const events = play(options, { call, asked });
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await events.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: () => void events.return(),
    });
    return new Response(body, {
      headers: { 'content-type': 'text/event-stream' },
    });
  });
}

async function* play(
  { conversation, paceMs, beforeEvent }: ProviderServerOptions,
  { call, asked }: { readonly call: number; readonly asked: string },
): AsyncGenerator<string, void, undefined> {
  const lines = conversation.calls[call] ?? [];
  for (const [event, line] of lines.entries()) {
    await beforeEvent?.({ call, event, asked });
    await sleep(paceMs);
    yield `${eventLine(conversation, line)}data: ${line}\n\n`;
  }
  if (conversation.api === 'openai-chat') yield 'data: [DONE]\n\n';
}

function eventLine({ api }: ProviderConversation, line: string): string {
  if (api !== 'anthropic') return '';
  const { type }: { type?: unknown } = { ...Object(parsed(line)) };
  return `event: ${String(type)}\n`;
}
