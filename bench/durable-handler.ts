import { convertToModelMessages, streamText } from 'ai';
import { answerPlanOf } from './answer-plan.js';
import { loadServer } from './built-package.js';
import type { Handler } from './http-adapter.js';
import { plannedModel } from './planned-model.js';

/** The same route through `createDurableChat`, with all defaults. */
export async function durableHandler(
  streamsUrl: string,
  waitUntil: (work: Promise<unknown>) => void,
): Promise<Handler> {
  const { allowAnyone, createDurableChat } = await loadServer();
  const chat = createDurableChat({
    streams: { url: streamsUrl },
    authorize: allowAnyone(),
    waitUntil,
    onError: (error) => {
      console.error(error);
    },
    respond: async ({ messages, body, abortSignal }) =>
      streamText({
        model: plannedModel(answerPlanOf(body)),
        messages: await convertToModelMessages(messages),
        abortSignal,
      }),
  });
  return chat.handle;
}
