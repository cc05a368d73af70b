import { once } from 'node:events';
import { forkScript } from './fork-script.js';

/** A server instance in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly api: string;
  /** Resolves when a run was told to stop. */
  readonly aborted: Promise<void>;
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Its answers count up, fall silent or come to their end from here on. */
  ask(what: 'count' | 'pause' | 'finish'): void;
}

export async function startServerProcess(
  streams: { readonly url: string },
  leaseMs: number,
): Promise<ServerProcess> {
  const child = forkScript('chat-server-process.ts', {
    env: { STREAMS_URL: streams.url, LEASE_MS: String(leaseMs) },
  });
  const aborted = Promise.withResolvers<void>();
  const listening = Promise.withResolvers<string>();
  child.on('message', (message) => {
    if (!isMessage(message)) return;
    if (message.kind === 'aborted') aborted.resolve();
    else listening.resolve(message.url);
  });
  child.on('exit', () => listening.reject(new Error('The server ended.')));
  const url = await listening.promise;
  return {
    url,
    api: `${url}/api/chat`,
    aborted: aborted.promise,
    kill: (signal) => void child.kill(signal),
    ask: (what) => void child.send(what),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

type Message =
  | { readonly kind: 'aborted' }
  | { readonly kind: 'listening'; readonly url: string };

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'kind' in message;
}
