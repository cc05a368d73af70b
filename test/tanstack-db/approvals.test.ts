import {
  createCollection,
  createLiveQueryCollection,
  isUndefined,
} from '@tanstack/db';
import { conflictingAnswer } from 'ai-durable-transport/session';
import { approvalsCollectionOptions } from 'ai-durable-transport/tanstack-db';
import {
  faultyFetch,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { gate } from '../support/gate.js';
import { sequence } from '../support/sequence.js';
import { SessionDevice } from '../support/session-device.js';
import { startAsking } from '../support/start-asking.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('db-approvals');

/** Ann and Bob, whom an agent has asked; what Ann answers waits at the gate. */
async function asked(api: string, otherApi = api) {
  const chatId = nextChat();
  const held = gate();
  const ann = new SessionDevice({
    api,
    chatId,
    fetch: async (url, init) => {
      // CAST: a session asks for texts.
      if ((url as string).endsWith('/answers')) await held.opened;
      return fetch(url, init);
    },
  });
  const bob = new SessionDevice({ api: otherApi, chatId, actor: 'bob' });
  await bob.session.send({ text: 'Send it.' });
  const isAsked = ({ now }: SessionDevice) => now.approvals.length === 1;
  await Promise.all([ann.until(isAsked), bob.until(isAsked)]);
  const approvals = createCollection(approvalsCollectionOptions(ann));
  const open = createLiveQueryCollection((q) =>
    q
      .from({ approval: approvals })
      .where(({ approval }) => isUndefined(approval.approved))
      .select(({ approval }) => ({
        id: approval.id,
        toolName: approval.toolName,
      })),
  );
  await open.preload();
  const id = ann.now.approvals[0]?.id ?? '';
  return { ann, bob, approvals, open, held, id };
}

const isDone = ({ now }: SessionDevice): boolean =>
  now.status === 'ready' && JSON.stringify(now.messages).includes('All done.');

describe('the open approvals of a session, as a collection', () => {
  it('are answered by an update: shown at once, and gone when the log has it', async () => {
    const sent: string[] = [];
    await using app = await startAsking(streams, sent);
    const { ann, bob, approvals, open, held, id } = await asked(app.one.api);
    expect(open.toArray).toMatchObject([{ id, toolName: 'send' }]);
    const seen: unknown[] = [];
    approvals.subscribeChanges(
      (changes) => {
        for (const { type, value } of changes)
          seen.push([type, value.approved]);
      },
      { includeInitialState: true },
    );
    const answer = approvals.update(id, (draft) => {
      draft.approved = true;
      draft.reason = 'go on';
    });
    expect(open.toArray).toEqual([]);
    expect(approvals.get(id)).toMatchObject({ approved: true });
    expect(sent).toEqual([]);
    held.open();
    await answer.isPersisted.promise;
    // It does not ask again between the answer and the record of it.
    expect(approvals.toArray).toEqual([]);
    expect(seen).toEqual([
      ['insert', undefined],
      ['update', true],
      ['delete', true],
    ]);
    await Promise.all([ann.until(isDone), bob.until(isDone)]);
    expect(sent).toEqual(['Ada']);
    expect(ann.now.messages).toEqual(bob.now.messages);
    for (const { session } of [ann, bob]) session.close();
  });

  it('are answered by the first one: the other’s update fails, and tells what counts', async () => {
    const sent: string[] = [];
    await using app = await startAsking(streams, sent);
    const { one, other } = app;
    const { ann, bob, approvals, held, id } = await asked(one.api, other.api);
    const answer = approvals.update(id, (draft) => {
      draft.approved = true;
    });
    expect(approvals.get(id)?.approved).toBe(true);
    await bob.session.answerApproval({ id, approved: false, reason: 'no' });
    held.open();
    const error: unknown = await answer.isPersisted.promise.catch(
      (reason: unknown) => reason,
    );
    expect(answer.state).toBe('failed');
    expect(error).toMatchObject({ code: 'answer-conflict' });
    expect(conflictingAnswer(error)).toMatchObject({
      actorId: 'bob',
      approved: false,
    });
    await vi.waitUntil(() => approvals.size === 0);
    await Promise.all([ann.until(isDone), bob.until(isDone)]);
    expect(sent).toEqual([]);
    for (const { session } of [ann, bob]) session.close();
  });

  it('ask again where the answer did not come through', async () => {
    const sent: string[] = [];
    await using app = await startAsking(streams, sent);
    const { api } = app.one;
    const chatId = nextChat();
    const when = { method: 'POST', url: '/answers' };
    using page = new SessionDevice({
      api,
      chatId,
      fetch: faultyFetch([{ kind: 'status', status: 413, when, times: 1 }]),
    });
    await page.session.send({ text: 'Send it.' });
    await page.until(({ now }) => now.approvals.length === 1);
    const approvals = createCollection(approvalsCollectionOptions(page));
    await approvals.preload();
    const id = page.now.approvals[0]?.id ?? '';
    const say = (approved: boolean) =>
      approvals.update(id, (draft) => {
        draft.approved = approved;
      });
    const lost = say(true);
    expect(approvals.get(id)?.approved).toBe(true);
    await expect(lost.isPersisted.promise).rejects.toMatchObject({
      status: 413,
    });
    expect(approvals.get(id)?.approved).toBeUndefined();
    await say(false).isPersisted.promise;
    await page.until(isDone);
    expect(sent).toEqual([]);
    expect(approvals.size).toBe(0);
  });
});
