import { loadServer } from '../contenders/built-package.js';
import { answerPlanOf } from './answer-plan.js';
import type { AppSetting } from './app-setting.js';
import type { Handler } from './http-adapter.js';
import { plannedChunks } from './planned-chunks.js';

/** Chats with one agent, who says what the metadata of a message plans. */
export async function sessionHandler({
  storeUrl = '',
  waitUntil,
}: AppSetting): Promise<Handler> {
  const { allowAnyone, createDurableChat } = await loadServer();
  const chat = createDurableChat({
    streams: { url: storeUrl },
    authorize: allowAnyone(),
    waitUntil,
    onError: (error) => {
      console.error(error);
    },
    agents: {
      teller: {
        name: 'Teller',
        triggers: 'user-messages',
        respond: ({ trigger }) =>
          plannedChunks(answerPlanOf(trigger.message.metadata)),
      },
    },
  });
  return chat.handle;
}
