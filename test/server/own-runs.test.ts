import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTab, textOf, until } from '../support/chat-client.js';
import { numberAnswer, NUMBERS } from '../support/number-answer.js';
import { soundRuns } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('own-runs');

/** An answer half-way, and a tab that reads it where it is written. */
async function readAnswer() {
  const { model, start, middle } = numberAnswer();
  start.open();
  // A stop from elsewhere is noticed within a third of the lease.
  const instances = await startInstances({ streams, model, leaseMs: 3_000 });
  const { one, other } = instances;
  const id = nextChat();
  const sender = openTab(one.api, { id });
  const sent = sender.chat.sendMessage({ text: 'Count.' });
  await until(sender, ({ messages }) => textOf(messages[1]).includes('three'));
  const join = async () => {
    const tab = openTab(one.api, { id });
    const ended = tab.chat.resumeStream();
    await until(tab, ({ messages }) =>
      textOf(messages.at(-1)).includes('three'),
    );
    return { tab, ended };
  };
  return { instances, other, id, middle, sent, join };
}

describe('a reader of a run that its instance writes', () => {
  it('is shown what is stored while the streams server is away', async () => {
    const { instances, middle, sent, join } = await readAnswer();
    await using _ = instances;
    // Now it is known to be stored.
    const first = await join();
    await streams.down();
    const second = await join();
    await streams.up();
    middle.open();
    await Promise.all([sent, first.ended, second.ended]);
    for (const { tab } of [first, second]) {
      expect(tab.chat.error).toBeUndefined();
      expect(textOf(tab.chat.messages.at(-1))).toBe(NUMBERS);
    }
  });

  it('comes to the end that another instance gave it', async () => {
    const { instances, other, id, middle, join, sent } = await readAnswer();
    await using _ = instances;
    const { tab, ended } = await join();
    expect(await other.chat.stop(id)).toEqual({ stopped: true });
    await ended;
    middle.open();
    await sent;
    expect(tab.chat.error).toBeUndefined();
    expect(textOf(tab.chat.messages.at(-1))).toBe('one two three');
    const [run] = await soundRuns(streams, id);
    expect(run?.statuses).toEqual(['active', 'stopped']);
  });
});
