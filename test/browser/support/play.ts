import type { ChatTab } from './chat-tab.js';

/** What is done in a new chat, up to the end of its last answer. */
export type Play = (tab: ChatTab) => Promise<void>;
