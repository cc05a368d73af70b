import type { UIMessage } from 'ai';
import type { DurableSession } from '../session/index.js';

/** What a collection needs of a session to show what is in it. */
export type SessionSource<UI_MESSAGE extends UIMessage = UIMessage> = Pick<
  DurableSession<UI_MESSAGE>,
  'getSnapshot' | 'subscribe'
>;
