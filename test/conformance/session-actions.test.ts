import {
  cuttingProxy,
  faultyFetch,
  startStreams,
  type FaultStep,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { conflictingAnswer } from 'ai-durable-transport/session';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sequence } from '../support/sequence.js';
import { authorizeByHeader, echo, says } from '../support/session-app.js';
import { SessionDevice } from '../support/session-device.js';
import { startAsking } from '../support/start-asking.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('session-actions');

const startApp = () =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo') },
    records: { note: z.object({ text: z.string() }) },
  });

const asks = ({ now }: SessionDevice): boolean => now.approvals.length === 1;

const approvalIn = ({ now }: SessionDevice): string =>
  now.approvals[0]?.id ?? '';

describe('an approval', () => {
  it('[A52] is what the first device said: the other gets a conflict that names it, and both show the same', async () => {
    const sent: string[] = [];
    await using instances = await startAsking(streams, sent);
    const chatId = nextChat();
    const { one, other } = instances;
    using ann = new SessionDevice({ api: one.api, chatId });
    using bob = new SessionDevice({ api: other.api, chatId, actor: 'bob' });
    await ann.session.send({ text: 'Send it.' });
    await Promise.all([ann.until(asks), bob.until(asks)]);
    const id = approvalIn(bob);
    const [yes, no] = await Promise.allSettled([
      ann.session.answerApproval({ id, approved: true }),
      bob.session.answerApproval({ id, approved: false, reason: 'no' }),
    ]);
    const isApproved = yes.status === 'fulfilled';
    const [winner, loser] = isApproved ? [yes, no] : [no, yes];
    if (winner.status === 'rejected') throw winner.reason;
    if (loser.status === 'fulfilled') throw new Error('Both were first.');
    expect(loser.reason).toMatchObject({
      code: 'answer-conflict',
      status: 409,
    });
    expect(conflictingAnswer(loser.reason)).toEqual(winner.value);
    expect(winner.value).toMatchObject({ id, approved: isApproved });
    const isOver = ({ now }: SessionDevice): boolean =>
      now.status === 'ready' &&
      now.runs.length === 0 &&
      !asks(ann) &&
      JSON.stringify(now.messages).includes('All done.');
    await Promise.all([ann.until(isOver), bob.until(isOver)]);
    expect(sent).toEqual(isApproved ? ['Ada'] : []);
    expect(ann.now.messages).toEqual(bob.now.messages);
    expect(ann.now.approvals).toEqual([]);
  });

  it('is given once where the server’s word of it was lost', async () => {
    const sent: string[] = [];
    await using instances = await startAsking(streams, sent);
    const chatId = nextChat();
    const { api } = instances.one;
    const when = { method: 'POST', url: '/answers' };
    const lost: FaultStep = { kind: 'lose-response', when, times: 2 };
    const fetch = faultyFetch([lost]);
    using ann = new SessionDevice({ api, chatId, fetch });
    await ann.session.send({ text: 'Send it.' });
    await ann.until(asks);
    const id = approvalIn(ann);
    const answer = await ann.session.answerApproval({ id, approved: true });
    expect(answer).toMatchObject({ approved: true, actorId: 'ann' });
    await ann.until(() => sent.length === 1);
    const again = ann.session.answerApproval({ id, approved: true });
    await expect(again).rejects.toMatchObject({ code: 'answer-conflict' });
  });
});

describe('presence', () => {
  const devices = ({ now }: SessionDevice): string =>
    now.presence
      .map(
        ({ actorId, deviceId, status }) => `${actorId} ${deviceId} ${status}`,
      )
      .toSorted()
      .join(', ');

  it('[A51] is of each device while it is connected, two of one user are two', async () => {
    await using instances = await startApp();
    const chatId = nextChat();
    const { one, other } = instances;
    const join = (api: string, deviceId: string, actor: string) =>
      new SessionDevice({ api, chatId, deviceId, actor, name: actor });
    using laptop = join(one.api, 'laptop', 'ann');
    using phone = join(other.api, 'phone', 'ann');
    using bob = join(other.api, 'desk', 'bob');
    const all = 'ann laptop online, ann phone online, bob desk online';
    for (const device of [laptop, phone, bob]) {
      await device.until((one) => devices(one) === all);
    }
    phone.session.close();
    const rest = 'ann laptop online, bob desk online';
    for (const device of [laptop, bob]) {
      await device.until((one) => devices(one) === rest);
    }
    const names = bob.now.presence.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['ann', 'bob']);
  });

  it('says what a device says of itself; what came while it was offline, on return', async () => {
    await using instances = await startApp();
    const chatId = nextChat();
    const { api } = instances.other;
    await using proxy = await cuttingProxy({ target: instances.one.url });
    using ann = new SessionDevice({
      api: `${proxy.url}/api/chat`,
      chatId,
      deviceId: 'd1',
    });
    using bob = new SessionDevice({
      api,
      chatId,
      actor: 'bob',
      deviceId: null,
    });
    await Promise.all([ann.connected(), bob.connected()]);
    await ann.session.setPresence({ status: 'away', state: { typing: true } });
    await bob.until((one) => devices(one) === 'ann d1 away');
    expect(bob.now.presence[0]?.state).toEqual({ typing: true });
    await proxy.down();
    await ann.session.setPresence({ state: { typing: false } });
    await ann.session.setPresence({ status: 'online' });
    await proxy.up();
    await bob.until(
      ({ now }) =>
        now.presence[0]?.status === 'online' &&
        JSON.stringify(now.presence[0].state) === '{"typing":false}',
    );
    // Who reads without a device is not there.
    expect(ann.now.presence.map(({ actorId }) => actorId)).toEqual(['ann']);
    expect(() => bob.session.setPresence({})).toThrow('is not present');
  });

  it('of a device whose server died is over at its time, though nobody says so', async () => {
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { echo: echo('echo') },
      presence: { ttlMs: 1_500 },
    });
    const chatId = nextChat();
    const { one, other } = instances;
    using ann = new SessionDevice({ api: one.api, chatId, deviceId: 'd1' });
    using bob = new SessionDevice({ api: other.api, chatId, deviceId: null });
    const drop: FaultStep = { kind: 'network-error', times: Infinity };
    await bob.until((device) => devices(device) === 'ann d1 online');
    // Nothing comes through any more, neither a beat nor a farewell.
    streams.script = [{ ...drop, when: { method: 'POST' } }];
    await bob.until((device) => devices(device) === '');
    streams.script = [];
    expect(ann.now.status).toBe('ready');
  });
});

describe('what else a participant does', () => {
  it('regenerates an answer: the old one leaves when the new one begins', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    using ann = new SessionDevice({ api, chatId });
    await ann.session.send({ message: says('m1', 'hello') });
    await ann.rests(2);
    const [, answer] = ann.now.messages;
    const { runId } = await ann.session.regenerate();
    expect(runId).toMatch(/^echo~m1~/);
    await ann.until(
      ({ now }) => now.status === 'ready' && now.messages[1]?.id !== answer?.id,
    );
    await ann.rests(2);
    expect(ann.texts).toEqual(['hello', 'echo hears hello']);
    const unknown = ann.session.regenerate({ messageId: 'none' });
    await expect(unknown).rejects.toMatchObject({ code: 'not-found' });
  });

  it('forks the chat at a message, and both go on apart', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    using ann = new SessionDevice({ api, chatId });
    await ann.session.send({ message: says('m1', 'one') });
    await ann.rests(2);
    await ann.session.send({ message: says('m2', 'two') });
    await ann.rests(4);
    const messageId = ann.now.messages[1]?.id;
    const forked = await ann.session.fork({ messageId });
    using fork = new SessionDevice({ api, chatId: forked.chatId });
    await fork.rests(2);
    expect(fork.now.messages).toEqual(ann.now.messages.slice(0, 2));
    await fork.session.send({ text: 'other' });
    await fork.rests(4);
    expect(fork.texts[3]).toBe('echo hears other');
    expect(ann.texts[3]).toBe('echo hears two');
  });

  it('writes records of the app’s types, which show where their schema passes them', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    const note = z.object({ text: z.string() });
    using ann = new SessionDevice({ api, chatId, records: { note } });
    const short = z.object({ text: z.string().max(3) });
    using bob = new SessionDevice({ api, chatId, records: { note: short } });
    await Promise.all([ann.connected(), bob.connected()]);
    for (const [key, text] of Object.entries({ a: 'long one', b: 'abc' })) {
      await ann.session.write({ type: 'note', key, value: { text } });
    }
    await ann.until(({ now }) => now.records.get('note')?.size === 2);
    await bob.until(({ now }) => now.records.get('note')?.size === 1);
    expect(bob.now.records.get('note')?.get('b')).toEqual({ text: 'abc' });
    await ann.session.remove({ type: 'note', key: 'b' });
    await bob.until(({ now }) => now.records.get('note')?.size === 0);
    const bad = ann.session.write({ type: 'note', key: 'c', value: 1 });
    await expect(bad).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
