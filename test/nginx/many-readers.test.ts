import { cuttingProxy, startStreams } from 'ai-durable-transport/testing';
import { describe, expect, it } from 'vitest';
import { readTogether } from '../support/read-together.js';
import { startNginx } from '../support/nginx.js';

describe('many readers of one chat behind a caching proxy', () => {
  it('cost the streams server what a few do', async () => {
    const few = await readTogether(10);
    const many = await readTogether(100);
    for (const { texts, answer, underWay, appends, polls } of [few, many]) {
      expect(new Set(texts)).toEqual(new Set([answer]));
      expect(underWay).toBe(0);
      expect(appends).toBeGreaterThan(10);
      expect(polls).toBeLessThan(2 * appends);
    }
    expect(many.texts).toHaveLength(100);
    expect(many.polls).toBeLessThan(2 * few.polls);
    // One look at where the log ends for those who come at once.
    expect(many.asked).toBeLessThan(50);
  });
});

describe('a signed URL', () => {
  it('is needed, and gives no more than reading, and no longer', async () => {
    await using streams = await startStreams();
    await using origin = await cuttingProxy({ target: streams.url });
    await using nginx = await startNginx(origin.url);
    const url = `${streams.url}/a%20chat%3F/log`;
    const put = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '[{"n":1}]',
    });
    expect(put.status).toBe(201);
    const good = nginx.sign({ url, expiresAt: Date.now() + 60_000 });
    const other = good.replace('a%20chat', 'another%20chat');
    const late = nginx.sign({ url, expiresAt: Date.now() - 60_000 });
    const bare = good.replace(/[?].*/, '?');
    const statusOf = async (asked: string, method = 'GET') => {
      const answer = await fetch(`${asked}&offset=-1`, { method });
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      return answer.status;
    };
    expect(await statusOf(good)).toBe(200);
    // Also what is in the cache by now.
    expect(await statusOf(bare)).toBe(403);
    expect(await statusOf(other)).toBe(403);
    expect(await statusOf(late)).toBe(410);
    expect(await statusOf(good, 'DELETE')).toBe(403);
    expect(await statusOf(good, 'POST')).toBe(403);
    expect(await statusOf(`${good}&live=sse`)).toBe(403);
    expect(await statusOf(good)).toBe(200);
    expect(origin.requests).toHaveLength(1);
  });
});
