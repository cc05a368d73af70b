import '../support/page-globals.js';
import { useChat } from '@ai-sdk/react';
import { act, configure, renderHook, waitFor } from '@testing-library/react';
import type { UIMessage } from 'ai';
import { DurableTransport } from 'ai-durable-transport';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { StrictMode } from 'react';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/chat-client.js';
import { gate, type Gate } from '../support/gate.js';
import { soundRuns, untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances, type Instances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('detached');
configure({ asyncUtilTimeout: 10_000 });
// The hooks of v6 and of the early v7 let their Chats read on when they go away.
const readsOn = process.env['AI_SDK_PROJECT'] !== 'v7';

interface Page {
  readonly id: string;
  readonly messages?: UIMessage[];
}

/** A page that shows a chat with the AI SDK's own hook. */
function openPage(transport: DurableTransport, page: Page) {
  return renderHook(
    ({ id, messages }: Page) =>
      useChat({ id, transport, resume: true, ...(messages && { messages }) }),
    { initialProps: page, wrapper: StrictMode },
  );
}

type OpenPage = ReturnType<typeof openPage>;

const answerOf = ({ result }: OpenPage): string =>
  textOf(result.current.messages.at(-1));

const leavings: Record<string, (page: OpenPage) => void | Promise<void>> = {
  "useChat's own stop()": ({ result }) => result.current.stop(),
  'an unmount': ({ unmount }) => unmount(),
  'the navigation to another chat': ({ rerender }) =>
    rerender({ id: nextChat() }),
};

async function startTalk(): Promise<{ instances: Instances; goOn: Gate }> {
  const goOn = gate();
  const model = scriptedModel([
    { type: 'text', text: 'first half,' },
    { type: 'wait', until: goOn.opened },
    { type: 'text', text: ' second half' },
  ]);
  return { instances: await startInstances({ streams, model }), goOn };
}

describe('a reader that leaves', () => {
  it.each(Object.entries(leavings))(
    '[A29] by %s leaves the run alone, and finds it again',
    async (_, leave) => {
      const { instances, goOn } = await startTalk();
      await using both = instances;
      const { one, other } = both;
      const id = nextChat();
      const posts: unknown[] = [];
      // As the AI SDK's docs have it: every mount makes a transport of its own.
      const newTransport = (): DurableTransport =>
        new DurableTransport({
          api: one.api,
          fetch: (url, init) => {
            if (init?.method === 'POST') posts.push(url);
            return fetch(url, init);
          },
        });
      const transport = newTransport();
      const page = openPage(transport, { id });
      act(() => void page.result.current.sendMessage({ text: 'Talk' }));
      await waitFor(() => expect(answerOf(page)).toContain('first half'));
      await act(() => leave(page));
      await untilLogged(streams, id, 'first half');
      const { connection } = transport;
      const isDetached = !readsOn || leave === leavings["useChat's own stop()"];
      await waitFor(() =>
        expect(connection.getSnapshot()).toBe(
          isDetached ? 'idle' : 'connected',
        ),
      );
      const { messages, activeRunId } = await other.chat.load(id);
      expect(activeRunId).not.toBeNull();
      const again = openPage(newTransport(), { id, messages });
      await waitFor(() => expect(answerOf(again)).toContain('first half'));
      goOn.open();
      await waitFor(() => expect(again.result.current.status).toBe('ready'));
      expect(answerOf(again)).toBe('first half, second half');
      expect(again.result.current.messages).toHaveLength(2);
      await one.settled();
      expect(await soundRuns(streams, id)).toMatchObject([
        { statuses: ['active', 'done'], text: 'first half, second half' },
      ]);
      expect(posts).toHaveLength(1);
      again.unmount();
    },
  );
});
