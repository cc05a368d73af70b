import type { ChatTab } from './chat-tab.js';

const END = 'It is exactly as long as it was.';

/** A long answer without tools, and passages in their order. */
export const STORY = {
  prompt: 'Tell me a story about a lighthouse',
  opening: 'stood a lighthouse that wrote everything down',
  early: 'The ships that heard her came home',
  end: END,
} as const;

/** Asks for it and waits for its end. */
export async function hearStory(tab: ChatTab): Promise<void> {
  await tab.ask(STORY.prompt);
  await tab.finishes(STORY.end);
}
