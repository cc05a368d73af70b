import { DefaultChatTransport, type UIMessage } from 'ai';
type S = 'idle' | 'connected' | 'reconnecting' | 'offline';
let state: S = 'idle';
const ls = new Set<() => void>();
const set = (s: S) => { state = s; ls.forEach((l) => l()); };
if (typeof window !== 'undefined') (window as any).__connection = set;
export class DurableTransport<M extends UIMessage> {
  readonly resumeStreamIsReplay = true;
  inner: DefaultChatTransport<M>;
  constructor(public o: any) { this.inner = new DefaultChatTransport<M>(o); }
  connection = { getSnapshot: () => state, subscribe: (l: () => void) => { ls.add(l); return () => { ls.delete(l); }; } };
  track(s: ReadableStream<any>) { set('connected'); return s.pipeThrough(new TransformStream({ flush() { set('idle'); } })); }
  async sendMessages(o: any) { return this.track(await this.inner.sendMessages(o)); }
  async reconnectToStream(o: any) { const s = await this.inner.reconnectToStream(o); return s && this.track(s); }
  async stop({ chatId }: any) { await fetch(`/api/chat/${chatId}/stop`, { method: 'POST' }); return { stopped: true }; }
  async load({ chatId }: any): Promise<{ messages: M[] }> { return (await fetch(`/api/chat/${chatId}`)).json(); }
}
