import {
  meteredFetch,
  type MeteredRequest,
} from '../../test/support/metered-fetch.js';
import { loadServer } from '../contenders/built-package.js';
import { startStreamsStore } from '../contenders/streams-store.js';
import { answerPlanOf } from '../servers/answer-plan.js';
import { listen } from '../servers/http-adapter.js';
import { plannedChunks } from '../servers/planned-chunks.js';

/** An app with all defaults, whose requests to the store are counted. */
export interface LongApp extends AsyncDisposable {
  readonly api: string;
  readonly store: { readonly url: string };
  /** What was asked of the store since it was last called. */
  take(): MeteredRequest[];
  /** Resolves when what was begun after the answers is done. */
  idle(): Promise<void>;
  /** Ends what runs in the chat. */
  stop(chatId: string): Promise<unknown>;
}

export async function startLongApp(): Promise<LongApp> {
  const { allowAnyone, createDurableChat } = await loadServer();
  const store = await startStreamsStore();
  const meter = meteredFetch();
  const background: Promise<unknown>[] = [];
  const chat = createDurableChat({
    streams: { url: store.url, fetch: meter.fetch },
    authorize: allowAnyone(),
    waitUntil: (work) => void background.push(work),
    respond: ({ body }) => plannedChunks(answerPlanOf(body)),
  });
  const origin = await listen(chat.handle);
  return {
    api: `${origin}/api/chat`,
    store,
    take: () => meter.take(),
    async idle() {
      await Promise.all(background.splice(0));
    },
    stop: (chatId) => chat.stop(chatId),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
