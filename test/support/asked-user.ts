import {
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
} from 'ai';
import {
  textOf,
  until,
  type ChatClient,
  type ChatClientOptions,
} from './chat-client.js';
import { Traveller } from './journey.js';
import type { Scene } from './scene.js';
import { toolPartOf } from './tool-part.js';

type Init = NonNullable<ChatClientOptions['init']>;

/** Goes on by itself once the user has done what the answer waited for. */
export const goesOn: Init = {
  sendAutomaticallyWhen: (options) =>
    lastAssistantMessageIsCompleteWithToolCalls(options) ||
    lastAssistantMessageIsCompleteWithApprovalResponses(options),
};

/** The same, only for approvals: the app runs all tools itself. */
export const goesOnWhenGranted: Init = {
  sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
};

/** What the user does when asked. */
export type Deed = 'answers' | 'grants' | 'denies';

/** Does it where the tab's answer waits for it; what follows goes on. */
export async function act({ chat }: ChatClient, deed: Deed): Promise<void> {
  const { toolCallId, approval } = toolPartOf(chat.messages.at(-1));
  if (deed === 'answers') {
    await chat.addToolOutput({ tool: 'askUser', toolCallId, output: 'This' });
    return;
  }
  const id = approval?.id ?? '';
  await chat.addToolApprovalResponse({ id, approved: deed === 'grants' });
}

export interface UserAtWork extends ChatClientOptions {
  readonly id: string;
  readonly deed: Deed;
}

/** A tab whose answer has asked the user, who has done it: it goes on. */
export async function tabThatGoesOn(
  scene: Pick<Scene, 'api'>,
  { deed, init, ...options }: UserAtWork,
): Promise<Traveller> {
  const tab = new Traveller(scene, {
    ...options,
    init: { ...goesOn, ...init },
  });
  await tab.send();
  void act(tab.tab, deed);
  return tab;
}

/** Resolves when the tab shows this text in its newest message. */
export function shows({ tab }: Traveller, text: string): Promise<void> {
  return until(tab, ({ messages }) => textOf(messages.at(-1)).includes(text));
}

/** Resolves when nothing is under way in the tab any more. */
export function rests({ tab }: Traveller): Promise<void> {
  return until(tab, ({ status }) => status === 'ready' || status === 'error');
}
