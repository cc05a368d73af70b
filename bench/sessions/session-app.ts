import type { DurableSession } from 'ai-durable-transport/session';
import { BenchProcess } from '../contenders/bench-process.js';
import { loadSession } from '../contenders/built-package.js';
import { apiOf } from '../contenders/contender.js';
import type { Store } from '../contenders/store.js';
import { startStreamsStore } from '../contenders/streams-store.js';
import type { AnswerPlan } from '../servers/answer-plan.js';

/** An app whose chats are sessions, and its store: a process each. */
export interface SessionApp extends AsyncDisposable {
  readonly app: BenchProcess;
  readonly store: Store;
  /** A reader that is not present: presence is no part of what is measured. */
  readonly open: (chatId: string) => DurableSession;
}

export async function startSessionApp(): Promise<SessionApp> {
  const { DurableSession } = await loadSession();
  const stack = new AsyncDisposableStack();
  const store = stack.use(await startStreamsStore());
  const given = { kind: 'session', storeUrl: store.url };
  const app = stack.use(
    await BenchProcess.start('app-server.ts', {
      args: [JSON.stringify(given)],
    }),
  );
  const api = apiOf(app);
  return {
    app,
    store,
    open: (chatId) => new DurableSession({ api, chatId, deviceId: null }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Says what makes the agent say what is planned. */
export function ask(session: DurableSession, plan: AnswerPlan): Promise<void> {
  return session.send({ text: 'How late is it?', metadata: { plan } });
}
