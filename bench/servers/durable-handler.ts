import { convertToModelMessages, streamText } from 'ai';
import { loadServer } from '../contenders/built-package.js';
import { answerPlanOf } from './answer-plan.js';
import type { AppSetting } from './app-setting.js';
import type { Handler } from './http-adapter.js';
import { plannedChunks } from './planned-chunks.js';
import { plannedModel } from './planned-model.js';

/** The same route through `createDurableChat`, with all defaults. */
export async function durableHandler({
  storeUrl = '',
  flushIntervalMs,
  waitUntil,
}: AppSetting): Promise<Handler> {
  const { allowAnyone, createDurableChat } = await loadServer();
  const chat = createDurableChat({
    streams: { url: storeUrl },
    authorize: allowAnyone(),
    flushIntervalMs,
    waitUntil,
    onError: (error) => {
      console.error(error);
    },
    respond: async ({ messages, body, abortSignal }) => {
      const plan = answerPlanOf(body);
      if (plan.source === 'chunks') return plannedChunks(plan);
      return streamText({
        model: plannedModel(plan),
        messages: await convertToModelMessages(messages),
        abortSignal,
      });
    },
  });
  return chat.handle;
}
