import {
  cuttingProxy,
  type CuttingProxy,
  type CuttingProxyOptions,
} from 'ai-durable-transport/testing';
import { startChatApp, type ChatApp, type ChatAppOptions } from './chat-app.js';
import { sequence } from './sequence.js';

export type SceneOptions = ChatAppOptions &
  Pick<CuttingProxyOptions, 'script' | 'lifetime'>;

/** An app, and the road to it that can break. */
export interface Scene extends AsyncDisposable {
  readonly app: ChatApp;
  readonly proxy: CuttingProxy;
  /** The app's API by way of the proxy. */
  readonly api: string;
  /** Resolves when all runs so far, and their history, are stored. */
  stored(): Promise<void>;
}

/** Ids are the same in every scene, so that what two scenes show can be equal. */
export async function openScene({
  script,
  lifetime,
  ...options
}: SceneOptions): Promise<Scene> {
  const stored: Promise<unknown>[] = [];
  const app = await startChatApp({
    generateId: sequence('made'),
    waitUntil: (promise) => void stored.push(promise),
    ...options,
  });
  const proxy = await cuttingProxy({
    target: app.url,
    ...(script && { script }),
    ...(lifetime && { lifetime }),
  });
  return {
    app,
    proxy,
    api: `${proxy.url}/api/chat`,
    async stored() {
      await Promise.all(stored);
    },
    async [Symbol.asyncDispose]() {
      await proxy.close();
      await app.close();
    },
  };
}
