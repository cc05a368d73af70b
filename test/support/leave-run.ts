import { planRun, registerRun } from '../../src/log/index.js';
import { allowAnyone } from '../../src/server/allow-anyone.js';
import { createContext } from '../../src/server/chat-context.js';
import { sequence } from './sequence.js';
import { says } from './session-app.js';

/** A run of a writer that is gone: begun so long ago, and silent since. */
export async function leaveRun(
  streams: { readonly url: string },
  chatId: string,
  agoMs: number,
): Promise<string> {
  const chats = createContext({ streams, authorize: allowAnyone() });
  const now = (): number => Date.now() - agoMs;
  const plan = planRun({
    chatId,
    actorId: 'ann',
    messages: [says('asked', 'Anybody?')],
    leaseMs: 300,
    newId: sequence(`left-${chatId}`),
  });
  await registerRun({ ...chats, now }, plan, undefined);
  return plan.value.id;
}
