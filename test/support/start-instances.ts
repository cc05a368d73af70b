import type { ErrorContext } from 'ai-durable-transport/server';
import { startChatApp, type ChatApp, type ChatAppOptions } from './chat-app.js';

/** One server instance of several, and what it told `onError`. */
export interface Instance extends ChatApp {
  readonly errors: readonly (ErrorContext & { readonly error: unknown })[];
  /** Resolves when what this instance does in the background is done. */
  settled(): Promise<void>;
}

export interface Instances extends AsyncDisposable {
  readonly all: readonly Instance[];
  readonly one: Instance;
  readonly other: Instance;
}

/**
 * Instances of one app: they share the streams server, and nothing else. What
 * `options` is a function of is the instance's number.
 */
export async function startInstances(
  options: ChatAppOptions | ((index: number) => ChatAppOptions),
  count = 2,
): Promise<Instances> {
  const all = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startInstance(typeof options === 'function' ? options(index) : options),
    ),
  );
  const [one, other = one] = all;
  if (one === undefined || other === undefined) {
    throw new Error('At least one instance is needed.');
  }
  return {
    all,
    one,
    other,
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((instance) => instance.close()));
    },
  };
}

async function startInstance(options: ChatAppOptions): Promise<Instance> {
  const errors: (ErrorContext & { error: unknown })[] = [];
  const background: Promise<unknown>[] = [];
  const app = await startChatApp({
    waitUntil: (promise) => void background.push(promise),
    onError: (error, context) => void errors.push({ ...context, error }),
    ...options,
  });
  return {
    ...app,
    errors,
    async settled() {
      await Promise.all(background);
    },
  };
}
