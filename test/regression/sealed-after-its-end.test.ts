import type { DurableChatEvent } from 'ai-durable-transport/server';
import { scriptedModel } from 'ai-durable-transport/testing';
import { describe, expect, it } from 'vitest';
import type { ChatAppOptions } from '../support/chat-app.js';
import { textOf, until } from '../support/chat-client.js';
import { startCutOff, untilDead } from '../support/cut-off.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { only } from '../support/observed-instances.js';
import { readLog, untilLog, untilLogged } from '../support/read-log.js';
import { hasText } from '../support/tabs.js';

const LEASE_MS = 300;

/**
 * An answer is shown to its end while its instance has no way to the store, and
 * another instance takes it for dead meanwhile.
 */
async function sealAfterItsEnd(own: Pick<ChatAppOptions, 'history'>) {
  const middle = gate();
  const told: DurableChatEvent[][] = [[], []];
  const model = scriptedModel(({ index }) =>
    index > 0
      ? [{ type: 'text', text: 'another answer' }]
      : [
          { type: 'text', text: 'half an answer, ' },
          { type: 'wait', until: middle.opened },
          { type: 'text', text: 'and the rest' },
        ],
  );
  const stage = await startCutOff((index) => ({
    ...own,
    onEvent: (event) => void told[index]?.push(event),
    model,
    leaseMs: LEASE_MS,
  }));
  const { streams } = stage;
  const page = stage.page();
  const sent = page.send('first');
  await until(page.tab, hasText('half'));
  await untilLogged(streams, 'chat-1', 'half');
  stage.cut('one');
  middle.open();
  await sent;
  await untilDead(LEASE_MS);
  void new Traveller(stage.other).resume();
  await untilLog(streams, 'chat-1', (records) =>
    records.some(
      (record) =>
        record.type === 'run' && record.value.status === 'interrupted',
    ),
  );
  return {
    ...stage,
    shown: page.tab.chat,
    ended: () => only(told[0] ?? [], 'run-ended'),
    log: () => readLog(streams, 'chat-1'),
  };
}

// An answer that was shown to its end was cut short in the log, though the
// instance that had all of it lived: another one had ended its run.
describe.concurrent('an answer that was sealed after its end, before that was stored', () => {
  it('is whole once its instance finds the store again', async () => {
    await using stage = await sealAfterItsEnd({ history: 'server' });
    stage.mend('one');
    await stage.one.settled();
    const { messages } = await stage.other.chat.load('chat-1');
    expect(messages).toEqual(stage.shown.messages);
    expect(textOf(messages[1])).toBe('half an answer, and the rest');
    expect(stage.one.errors).toEqual([]);
    expect(stage.ended()).toMatchObject([
      { status: 'done', isSealed: true, isStored: true },
    ]);
  });

  it('leaves the chat alone where that has gone on', async () => {
    await using stage = await sealAfterItsEnd({ history: 'server' });
    const anew = new Traveller(stage.other);
    anew.tab.chat.messages = (await stage.other.chat.load('chat-1')).messages;
    await anew.tab.chat.regenerate();
    await stage.other.settled();
    const before = await stage.log();
    stage.mend('one');
    await stage.one.settled();
    const { messages } = await stage.other.chat.load('chat-1');
    expect(messages.map(textOf)).toEqual(['first', 'another answer']);
    expect((await stage.log()).slice(0, before.length)).toEqual(before);
    const added = (await stage.log()).slice(before.length);
    expect(added.filter(({ type }) => type === 'message')).toEqual([]);
  });
});
