import type { ChatTab } from './chat-tab.js';
import type { Play } from './play.js';

/** An answer that asks the user in its middle, and how it goes on. */
export const DEPLOYMENT = {
  prompt: 'Deploy a preview of my branch',
  approve: {
    state: 'output-available',
    early: 'it may take a second to wake',
    end: 'not just these last lines.',
  },
  deny: {
    state: 'output-denied',
    early: 'All right, nothing was',
    end: 'another region or lifetime.',
  },
} as const;

export type Decision = 'approve' | 'deny';

/** Asks for it, and waits for the question. */
export async function askForDeployment(tab: ChatTab): Promise<void> {
  await tab.ask(DEPLOYMENT.prompt);
  await tab.one('approve').waitFor();
  await tab.is('ready');
}

const decide =
  (decision: Decision): Play =>
  async (tab) => {
    await askForDeployment(tab);
    await tab.one(decision).click();
    await tab.finishes(DEPLOYMENT[decision].end);
  };

/** The whole chat, for each decision. */
export const deploy: Readonly<Record<Decision, Play>> = {
  approve: decide('approve'),
  deny: decide('deny'),
};
