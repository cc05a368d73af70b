import type { UIMessage } from 'ai';
import type { FaultScript, TestStreams } from 'ai-durable-transport/testing';
import {
  goesOn,
  rests,
  shows,
  tabThatGoesOn,
  type Deed,
} from './asked-user.js';
import { until, type ChatClientOptions } from './chat-client.js';
import { Traveller, type Journey } from './journey.js';
import { openScene, type SceneOptions } from './scene.js';
import { toolAnswer, type ToolAnswer } from './tool-answer.js';

/**
 * How a page that is loaded in mid-continuation comes by its messages: from
 * what a tab showed when it was asked, or from what it shows now. `undefined`:
 * from the server.
 */
export type Page = (
  asked: readonly UIMessage[],
  now: readonly UIMessage[],
) => UIMessage[] | undefined;

export const pages = {
  'loaded from us': () => undefined,
  'stored when the user was asked': (asked) => [...asked],
  'stored in mid-continuation': (_, now) => [...now],
  'stored without the answer': (asked) => asked.slice(0, 1),
} satisfies Record<string, Page>;

export interface Reload {
  readonly id: string;
  readonly deed: Deed;
  readonly page?: Page;
  /** What the app does otherwise than by default. */
  readonly app?: Partial<SceneOptions>;
  /** What the transports of both tabs do otherwise. */
  readonly transport?: ChatClientOptions['transport'];
  /** What the reloaded page's Chat does otherwise. */
  readonly init?: ChatClientOptions['init'];
  /** What happens to the reloaded page's requests. */
  readonly faults?: FaultScript;
}

export interface Reloaded {
  /** The tab that was there all the time. */
  readonly stayed: Journey;
  readonly reloaded: Journey;
  readonly answer: ToolAnswer;
  /** How often the reloaded page posted. */
  readonly posts: number;
}

/** Two tabs: one sees it all, the other one is loaded in mid-continuation. */
export async function reloadInContinuation(
  streams: TestStreams,
  { id, deed, page, app, transport = {}, init, faults = [] }: Reload,
): Promise<Reloaded> {
  const answer = toolAnswer(deed === 'answers' ? 'askUser' : 'removeFile');
  answer.execution.open();
  const { respond } = answer;
  await using scene = await openScene({ streams, respond, ...app });
  const asked: UIMessage[][] = [];
  const onFinish = ({ messages }: { messages: UIMessage[] }): void =>
    void asked.push(structuredClone(messages));
  const first = await tabThatGoesOn(
    { api: scene.app.api },
    { id, deed, transport, init: { onFinish } },
  );
  await shows(first, 'Thank you');
  const second = new Traveller(scene, {
    id,
    transport,
    init: { ...goesOn, ...init },
  });
  const { chat } = second.tab;
  const now = structuredClone(first.journey().messages);
  const stored = page?.(asked[0] ?? [], now);
  chat.messages =
    stored ?? (await second.tab.transport.load({ chatId: id })).messages;
  scene.proxy.script = faults;
  const resumed = second.resume();
  await until(second.tab, ({ status }) => status === 'streaming');
  await shows(second, 'Thank you');
  answer.middle.open();
  const reloaded = await resumed;
  await rests(first);
  await scene.stored();
  const { requests } = scene.proxy;
  const posts = requests.filter(({ method }) => method === 'POST').length;
  return { stayed: first.journey(), reloaded, answer, posts };
}
