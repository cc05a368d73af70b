import { readUIMessageStream, JsonToSseTransformStream, UI_MESSAGE_STREAM_HEADERS } from 'ai';
export const allowAnyone = () => () => ({ id: 'x' });
const g = globalThis as any;
const chats: Map<string, any> = (g.__fake ??= new Map());
const get = (id: string) => { let c = chats.get(id); if (!c) chats.set(id, (c = { messages: [], run: null })); return c; };
const follow = (run: any) => { let i = 0; return new ReadableStream({ async pull(c) { while (i >= run.chunks.length) { if (run.done) return c.close(); await new Promise<void>((r) => run.waiters.push(r)); } c.enqueue(run.chunks[i++]); } }).pipeThrough(new JsonToSseTransformStream()).pipeThrough(new TextEncoderStream()); };
const put = (c: any, m: any) => { const i = c.messages.findIndex((x: any) => x.id === m.id); if (i < 0) c.messages.push(m); else c.messages[i] = m; };
async function handle(options: any, request: Request) {
  const url = new URL(request.url); const [, , , id, verb] = url.pathname.split('/');
  if (request.method === 'POST' && !id) {
    const b: any = await request.json(); const c = get(b.id);
    const last = c.messages.findIndex((x: any) => x.id === b.message.id);
    if (last >= 0) c.messages.length = last; c.messages.push(b.message);
    const abort = new AbortController(); const run: any = { chunks: [], waiters: [], done: false, abort }; c.run = run;
    const result = await options.respond({ messages: c.messages, abortSignal: abort.signal });
    const base = b.message.role === 'assistant' ? b.message : undefined;
    const mid = base?.id ?? crypto.randomUUID();
    const s = result.toUIMessageStream({ originalMessages: c.messages, generateMessageId: () => mid, sendReasoning: true });
    const [a, bb] = s.tee();
    (async () => { for await (const ch of a) { run.chunks.push(ch); run.waiters.splice(0).forEach((w: any) => w()); } run.done = true; c.run = null; run.waiters.splice(0).forEach((w: any) => w()); })();
    (async () => { for await (const m of readUIMessageStream({ stream: bb, ...(base ? { message: structuredClone(base) } : {}) } as any)) put(c, structuredClone(m)); })().catch(() => {});
    return new Response(follow(run), { headers: UI_MESSAGE_STREAM_HEADERS });
  }
  const c = get(id!);
  if (request.method === 'DELETE') { chats.delete(id!); return new Response(null, { status: 204 }); }
  if (verb === 'stop') { c.run?.abort.abort(); return Response.json({ stopped: true }); }
  if (verb === 'stream') return c.run ? new Response(follow(c.run), { headers: UI_MESSAGE_STREAM_HEADERS }) : new Response(null, { status: 204 });
  return Response.json({ messages: c.messages });
}
export function createDurableChat(options: any) {
  const h = (r: Request) => handle(options, r);
  return { GET: h, POST: h, DELETE: h, load: async (id: string) => structuredClone({ messages: get(id).messages }) as { messages: unknown[] } };
}
