import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLog } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { post, says } from '../support/session-app.js';
import { SessionTab } from '../support/session-tab.js';
import { startAsking } from '../support/start-asking.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('answers');

/** The id of the approval that the chat waits for. */
async function approvalIn(tab: SessionTab): Promise<string> {
  const messages = await tab.messages();
  for (const part of messages.flatMap(({ parts }) => parts)) {
    if (!('approval' in part) || part.state !== 'approval-requested') continue;
    if (part.approval !== undefined) return part.approval.id;
  }
  throw new Error('Nothing waits for an approval.');
}

describe('an approval that two tabs answer at once', () => {
  it.each([1, 2, 3])(
    '[A52] is what the first one said: the tool runs once, or not at all, and the other is told (round %i)',
    async () => {
      const sent: string[] = [];
      await using instances = await startAsking(streams, sent);
      const { one, other } = instances;
      const chatId = nextChat();
      await using tab = await SessionTab.open({ api: one.api, chatId });
      await using late = await SessionTab.open({ api: other.api, chatId });
      await post({ api: one.api, chatId }, 'messages', {
        message: says('m1', 'Send it.'),
      });
      await Promise.all([tab.untilIdle(1), late.untilIdle(1)]);
      const approvalId = await approvalIn(tab);
      const [yes, no] = await Promise.all([
        post({ api: one.api, chatId, actor: 'ann' }, 'answers', {
          approvalId,
          approved: true,
        }),
        post({ api: other.api, chatId, actor: 'bob' }, 'answers', {
          approvalId,
          approved: false,
          reason: 'no',
        }),
      ]);
      expect(new Set([yes.status, no.status])).toEqual(new Set([200, 409]));
      const isApproved = yes.status === 200;
      const [winner, loser] = isApproved ? [yes, no] : [no, yes];
      expect(loser.json).toMatchObject({
        code: 'answer-conflict',
        answer: winner.json,
      });
      expect(winner.json).toMatchObject({
        id: approvalId,
        kind: 'approval',
        approved: isApproved,
        actorId: isApproved ? 'ann' : 'bob',
      });
      await Promise.all([tab.untilIdle(2), late.untilIdle(2)]);
      expect(sent).toEqual(isApproved ? ['Ada'] : []);
      expect(await late.messages()).toEqual(await tab.messages());
      const [, answer, ...more] = await tab.messages();
      expect(more).toEqual([]);
      expect(
        answer?.parts.filter(({ type }) => type === 'tool-send'),
      ).toMatchObject([
        { state: isApproved ? 'output-available' : 'output-denied' },
      ]);
      const runs = new Set(
        (await readLog(streams, chatId)).flatMap(({ type, key }) =>
          type === 'run' ? [key] : [],
        ),
      );
      const [first = ''] = [...runs];
      expect([...runs]).toEqual(['mailer~m1', `mailer~${answer?.id}~1`]);
      expect(first).toBe('mailer~m1');
      const again = await post({ api: one.api, chatId }, 'answers', {
        approvalId,
        approved: true,
      });
      expect(again.status).toBe(409);
    },
  );
});
