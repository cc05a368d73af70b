import { scriptedModel, startStreams } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';
import { answersIn } from '../support/cut-off.js';
import { chunksOf, postMessage } from '../support/post-message.js';
import { startInstances } from '../support/start-instances.js';

// While the chat was read for the one, the other came: neither found a run of the
// other, and the second run ended the first, whose answer both were given.
it('answers a POST once that is sent again while its chat is read', async () => {
  await using streams = await startStreams();
  streams.script = [
    { kind: 'delay', ms: 400, when: { method: 'GET' }, times: 2 },
  ];
  const model = scriptedModel([{ type: 'text', text: 'the answer' }]);
  await using instances = await startInstances({ streams, model });
  const { one } = instances;
  const answers = ['2', '3'].map(async (attempt) => {
    const headers = { 'idempotency-key': 'one', 'durable-attempt': attempt };
    return chunksOf(await postMessage(one.api, { headers }));
  });
  for (const { chunks, isDone } of await Promise.all(answers)) {
    expect(isDone).toBe(true);
    expect(chunks.map(({ type }) => type)).toContain('text-end');
  }
  await one.settled();
  expect(await answersIn(streams)).toEqual([['the answer', 'done']]);
  expect(model.calls).toHaveLength(1);
});
