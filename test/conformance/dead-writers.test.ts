import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLOCK_SKEW_MS } from '../../src/protocol/is-dead.js';
import { textOf, until } from '../support/chat-client.js';
import { Traveller, type Journey } from '../support/journey.js';
import { soundRuns, untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import {
  startServerProcess,
  type ServerProcess,
} from '../support/server-process.js';
import { startInstances, type Instance } from '../support/start-instances.js';
import { hasText, routed } from '../support/tabs.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('dead');

const LEASE_MS = 600;
/** Of what a loaded machine takes for the rest. */
const SLACK_MS = 3_000;

/** A tab at the process that is to die, by way of what balances the load. */
function openSender(
  id: string,
  { server, survivor }: { server: ServerProcess; survivor: Instance },
) {
  let isDead = false;
  const posts: string[] = [];
  const fetch = routed((url, init) => {
    if (init?.method === 'POST') posts.push(url);
    return isDead ? url.replace(server.url, survivor.url) : url;
  });
  const init = { sendAutomaticallyWhen: () => true };
  const traveller = new Traveller(server, { id, transport: { fetch }, init });
  return { traveller, posts, bury: () => void (isDead = true) };
}

/** A tab elsewhere, which joins when the answer is under way. */
async function joinAt(instance: Instance, id: string) {
  const init = { sendAutomaticallyWhen: () => true };
  const traveller = new Traveller(instance, { id, init });
  const followed = traveller.resume();
  await until(traveller.tab, hasText('3 '));
  return { traveller, followed };
}

describe.concurrent('a writer that is gone', () => {
  it('[A30] by SIGKILL: every reader gets one error in time, nothing is sent again, the log ends as interrupted', async () => {
    const id = nextChat();
    await using instances = await startInstances({ streams }, 2);
    const { one, other } = instances;
    await using server = await startServerProcess(streams, LEASE_MS);
    const sender = openSender(id, { server, survivor: one });
    const sent = sender.traveller.send();
    await untilLogged(streams, id, '3 ');
    const joined = await Promise.all(
      instances.all.map((instance) => joinAt(instance, id)),
    );
    server.kill('SIGKILL');
    sender.bury();
    const since = performance.now();
    const journeys = await Promise.all([
      sent,
      ...joined.map(({ followed }) => followed),
    ]);
    const waited = performance.now() - since;
    expect(waited).toBeLessThan(LEASE_MS + CLOCK_SKEW_MS + SLACK_MS);
    for (const { statuses, errors, finishes } of journeys) {
      expect(errors).toMatchObject([{ message: /interrupted/ }]);
      expect(finishes).toMatchObject([{ isError: true, isAbort: false }]);
      expect(statuses.filter((status) => status === 'error')).toHaveLength(1);
    }
    expect(sender.posts).toHaveLength(1);
    await Promise.all(instances.all.map((instance) => instance.settled()));
    const [run] = await soundRuns(streams, id);
    expect(run?.statuses).toEqual(['active', 'interrupted']);
    const { messages, activeRunId } = await other.chat.load(id);
    expect(activeRunId).toBeNull();
    expect(textOf(messages[1])).toBe(run?.text);
    const [live = '', ...replayed] = journeys.map(answerIn);
    expect(replayed).toEqual([run?.text, run?.text]);
    // Who read live may have seen what had no time to reach the log.
    expect(live.slice(0, run?.text.length)).toBe(run?.text);
  });

  it('[A31] for a while, by SIGSTOP: what it writes after SIGCONT never appears', async () => {
    const id = nextChat();
    await using instances = await startInstances({ streams }, 1);
    const { one } = instances;
    await using server = await startServerProcess(streams, LEASE_MS);
    const sender = openSender(id, { server, survivor: one });
    const sent = sender.traveller.send();
    await untilLogged(streams, id, '3 ');
    const { followed } = await joinAt(one, id);
    server.kill('SIGSTOP');
    const there = await followed;
    const seen = answerIn(sender.traveller.journey());
    server.kill('SIGCONT');
    await server.aborted;
    const here = await sent;
    expect(answerIn(here)).toBe(seen);
    expect(here.errors).toMatchObject([{ message: /interrupted/ }]);
    await one.settled();
    const [run, ...more] = await soundRuns(streams, id);
    expect(more).toEqual([]);
    expect(run?.statuses).toEqual(['active', 'interrupted']);
    expect(answerIn(there)).toBe(run?.text);
  });
});

function answerIn({ messages }: Journey): string {
  return textOf(messages.at(-1));
}
