import type { AgentContext } from 'ai-durable-transport/server';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLog } from '../../support/read-log.js';
import { sequence } from '../../support/sequence.js';
import {
  authorizeByHeader,
  echo,
  post,
  says,
} from '../../support/session-app.js';
import { SessionTab } from '../../support/session-tab.js';
import { startInstances } from '../../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('recorded');

const call = {
  type: 'tool-input-available',
  toolCallId: 'c1',
  toolName: 'send',
  input: {},
};

/** An agent that calls a tool, and does this while it runs. */
const calling = (work: (context: AgentContext) => Promise<void>) => ({
  ...echo('caller'),
  respond: (context: AgentContext) =>
    new ReadableStream<object>({
      async start(controller) {
        controller.enqueue(call);
        await work(context).catch(() => undefined);
        const { toolCallId } = call;
        const type = 'tool-output-available';
        controller.enqueue({ type, toolCallId, output: 1 });
        controller.close();
      },
    }),
});

describe('a tool that waits until its call is recorded', () => {
  it('goes on when the log has it, and not before', async () => {
    let known: string[] = [];
    const caller = calling(async ({ chatId, recorded }) => {
      await recorded('c1');
      const log = await readLog(streams, chatId);
      known = log.flatMap((record) =>
        record.type === 'chunk'
          ? record.value.chunks.map(({ type }) => type)
          : [],
      );
    });
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { caller },
    });
    const { api } = instances.one;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    const slow = { kind: 'delay', ms: 150, when: { method: 'POST' } } as const;
    streams.injectFault(`/${chatId}/log`, { ...slow, times: 4 });
    await post({ api, chatId }, 'messages', { message: says('m1', 'x') });
    await tab.untilIdle(1);
    expect(known).toContain('tool-input-available');
  });

  it('does not act when its run was stopped', async () => {
    const told = Promise.withResolvers<string>();
    const caller = calling(({ recorded }) =>
      recorded('never').then(
        () => told.resolve('recorded'),
        () => told.resolve('stopped'),
      ),
    );
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { caller },
    });
    const { api } = instances.one;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    await post({ api, chatId }, 'messages', { message: says('m1', 'x') });
    await tab.until((all) => all.runs().length === 1);
    await post({ api, chatId }, 'stop', {});
    expect(await told.promise).toBe('stopped');
    await tab.untilIdle(1);
  });
});
