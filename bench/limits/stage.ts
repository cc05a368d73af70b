import { BenchProcess } from '../contenders/bench-process.js';
import type { Crowd } from '../servers/crowd-setting.js';
import type { Memory } from '../servers/memory-watch.js';

/** An app of its own for one measurement, and its store. */
export interface Stage extends AsyncDisposable {
  readonly url: string;
  /** Of the app: the peak since it was last asked, and what is alive, in MB. */
  memory(): Promise<Memory>;
  /** What the app holds open at its store. */
  store(): Promise<{ readonly requests: number; readonly sockets: number }>;
  /** A process with many clients; it ends with the stage. */
  crowd(setting: Omit<Crowd, 'url'>): Promise<BenchProcess>;
  /** The status of an honest request: whether the app still answers. */
  honest(): Promise<number>;
}

const MB = 1e6;

export async function openStage(): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  const start = async (
    file: string,
    given: object,
    flags: readonly string[] = [],
  ): Promise<BenchProcess> => {
    const args = [JSON.stringify(given)];
    return stack.use(await BenchProcess.start(file, { args, flags }));
  };
  const store = await start('streams-server.ts', {});
  const setting = { kind: 'durable', storeUrl: store.url, watchMemory: true };
  const app = await start('app-server.ts', setting, ['--expose-gc']);
  return {
    url: app.url,
    async memory() {
      // CAST: the answer of `app-server.ts`.
      const { peakRss, heap } = (await app.ask('memory')) as Memory;
      return { peakRss: peakRss / MB, heap: heap / MB };
    },
    async store() {
      // CAST: the answers of `streams-server.ts`.
      const usage = (await store.ask('usage')) as { connections: number };
      const sockets = Number(await store.ask('sockets'));
      return { requests: usage.connections, sockets };
    },
    crowd: (given) => start('client-crowd.ts', { ...given, url: app.url }),
    async honest() {
      const response = await fetch(`${app.url}/api/chat/nobodys`);
      await response.body?.cancel();
      return response.status;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
