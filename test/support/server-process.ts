import { endProcess, startListening } from './listening-process.js';

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
  const { child, url } = await startListening('chat-server-process.ts', {
    env: { STREAMS_URL: streams.url, LEASE_MS: String(leaseMs) },
  });
  const aborted = Promise.withResolvers<void>();
  child.on('message', (message) => {
    if (isAborted(message)) aborted.resolve();
  });
  return {
    url,
    api: `${url}/api/chat`,
    aborted: aborted.promise,
    kill: (signal) => void child.kill(signal),
    ask: (what) => void child.send(what),
    [Symbol.asyncDispose]: () => endProcess(child),
  };
}

function isAborted(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    message.kind === 'aborted'
  );
}
