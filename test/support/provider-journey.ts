import type { UIMessage } from 'ai';
import type { FaultScript, TestStreams } from 'ai-durable-transport/testing';
import { act, goesOnWhenGranted, rests } from './asked-user.js';
import { until } from './chat-client.js';
import { gate } from './gate.js';
import { Traveller, type Journey } from './journey.js';
import {
  messageOf,
  ObservedAnswers,
  type ObservedRun,
} from './observed-answer.js';
import type { ProviderConversation } from './provider-conversation.js';
import { providerModel, providerTools } from './provider-model.js';
import { startProviderServer } from './provider-server.js';
import { openScene, type Scene } from './scene.js';
import { findToolPart } from './tool-part.js';

export interface ProviderJourneyOptions {
  readonly id: string;
  readonly conversation: ProviderConversation;
  /** What happens to the requests of the tab that sends. */
  readonly faults?: FaultScript;
  /** A second tab is loaded when the provider is about to send this event. */
  readonly reload?: {
    readonly call: number;
    readonly event: number;
    /** What happens to its requests. */
    readonly faults: FaultScript;
  };
}

export interface ProviderJourney {
  readonly sender: Journey;
  /** What the AI SDK makes of the same chunks when nothing lies between. */
  readonly expected: readonly UIMessage[];
  /** The same for the second tab, which sees the run that it found. */
  readonly reloaded:
    | { readonly journey: Journey; readonly expected: readonly UIMessage[] }
    | undefined;
  /** How many chunks the answers had. */
  readonly chunks: number;
}

/** From the provider's HTTP API to a Chat: all is real but the provider. */
export async function providerJourney(
  streams: TestStreams,
  { id, conversation, faults = [], reload }: ProviderJourneyOptions,
): Promise<ProviderJourney> {
  const reached = gate();
  const resumed = gate();
  const provider = await startProviderServer({
    conversation,
    paceMs: 1,
    beforeEvent: ({ call, event }) => {
      if (call !== reload?.call || event !== reload.event) return undefined;
      reached.open();
      return resumed.opened;
    },
  });
  const model = providerModel(conversation, provider.url);
  const tools = providerTools(conversation);
  const answers = new ObservedAnswers(model, tools, conversation.calls.length);
  const { respond } = answers;
  await using scene = await openScene({ streams, respond, script: faults });
  const sender = new Traveller(scene, { id, init: goesOnWhenGranted });
  const second = reload && reloadWhenReached();
  const journey = await converse(sender);
  const found = await second;
  await provider.close();
  const [question] = journey.messages;
  const shown = async (run: ObservedRun | undefined): Promise<UIMessage[]> =>
    [question, run && (await messageOf(run))].filter((it) => it !== undefined);
  return {
    sender: journey,
    expected: await shown(answers.newest),
    reloaded: found && {
      journey: found.journey,
      expected: await shown(found.run),
    },
    chunks: answers.count,
  };

  async function reloadWhenReached(): Promise<Found> {
    await reached.opened;
    const run = answers.newest;
    const { faults: onWay = [] } = reload ?? {};
    const page = { id, faults: onWay, open: resumed.open };
    return { run, journey: await reloadedJourney(scene, page) };
  }
}

interface Found {
  readonly run: ObservedRun | undefined;
  readonly journey: Journey;
}

/** Sends a message, and grants what the answer asks for. */
async function converse(traveller: Traveller): Promise<Journey> {
  await traveller.send();
  const newest = traveller.tab.chat.messages.at(-1);
  const state = newest && findToolPart(newest)?.state;
  if (state === 'approval-requested') {
    void act(traveller.tab, 'grants');
    await until(traveller.tab, ({ status }) => status === 'submitted');
    await rests(traveller);
  }
  return traveller.journey();
}

interface Second {
  readonly id: string;
  readonly faults: FaultScript;
  readonly open: () => void;
}

async function reloadedJourney(
  scene: Scene,
  { id, faults, open }: Second,
): Promise<Journey> {
  const page = new Traveller(scene, { id });
  const { messages } = await page.tab.transport.load({ chatId: id });
  page.tab.chat.messages = messages;
  scene.proxy.script = faults;
  const resumed = page.resume();
  await until(page.tab, ({ status }) => status !== 'ready');
  open();
  return resumed;
}
