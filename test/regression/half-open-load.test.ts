import { DurableTransport } from 'ai-durable-transport';
import { faultyFetch, type Fault } from 'ai-durable-transport/testing';
import { describe, expect, it } from 'vitest';

const stalled: Fault = { kind: 'stall', afterBytes: 5 };
const answering = async (): Promise<Response> =>
  Response.json({ messages: [], activeRunId: null, stopped: true });

const transportOf = (...faults: readonly Fault[]): DurableTransport =>
  new DurableTransport({
    fetch: faultyFetch(faults, answering),
    reconnect: { stallTimeoutMs: 20 },
  });

// Nobody closes a half-open socket, and `fetch` waits for it for ever.
describe('a server that falls silent in mid-answer', () => {
  it('makes load fail, and not wait for ever', async () => {
    const transport = transportOf(stalled);
    const load = transport.load({ chatId: 'chat' });
    await expect(load).rejects.toMatchObject({ code: 'unreachable' });
    expect((await transport.load({ chatId: 'chat' })).messages).toEqual([]);
  });

  it('makes stop fail, and not wait for ever', async () => {
    const transport = transportOf(stalled);
    const stop = transport.stop({ chatId: 'chat' });
    await expect(stop).rejects.toMatchObject({ code: 'unreachable' });
    expect(await transport.stop({ chatId: 'chat' })).toEqual({ stopped: true });
  });
});
