import { describe, expect, it, vi } from 'vitest';
import { ChunkQueue } from '../../src/client/chunk-queue.js';

const chunk = (type: string) => ({ type });

async function readAll(queue: ChunkQueue): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of queue.stream) types.push(type);
  return types;
}

describe('a chunk queue', () => {
  it('gives what was pushed, before and after somebody reads', async () => {
    const queue = new ChunkQueue(() => undefined);
    queue.push(chunk('a'));
    queue.push(chunk('b'));
    const read = readAll(queue);
    await Promise.resolve();
    queue.push(chunk('c'));
    queue.end({});
    expect(await read).toEqual(['a', 'b', 'c']);
  });

  it('ends by an error only after the chunks before it', async () => {
    const queue = new ChunkQueue(() => undefined);
    const reader = queue.stream.getReader();
    for (const type of ['a', 'b', 'c']) queue.push(chunk(type));
    const error = new Error('the end');
    queue.end({ error });
    for (const type of ['a', 'b', 'c']) {
      expect(await reader.read()).toEqual({ done: false, value: { type } });
    }
    await expect(reader.read()).rejects.toBe(error);
  });

  it('ends by undefined too, where that was thrown', async () => {
    const queue = new ChunkQueue(() => undefined);
    queue.end({ error: undefined });
    const reader = queue.stream.getReader();
    await expect(reader.read()).rejects.toBeUndefined();
  });

  it('ends as it was ended first', async () => {
    const queue = new ChunkQueue(() => undefined);
    queue.end({});
    queue.end({ error: new Error('too late') });
    expect(await readAll(queue)).toEqual([]);
  });

  it('is pulled only when somebody reads', async () => {
    const queue = new ChunkQueue(() => undefined);
    queue.push(chunk('a'));
    queue.end({});
    let hasLeft = false;
    void queue.left.then(() => (hasLeft = true));
    await new Promise((resolve) => setTimeout(resolve));
    expect(hasLeft).toBe(false);
    await readAll(queue);
    await queue.left;
  });

  it('tells that it was cancelled, and takes what comes late', async () => {
    const onCancel = vi.fn<() => void>();
    const queue = new ChunkQueue(onCancel);
    await queue.stream.cancel();
    await queue.left;
    expect(onCancel).toHaveBeenCalledOnce();
    queue.push(chunk('late'));
    queue.end({});
  });

  it('lets go of a reader that waits when it is cancelled', async () => {
    const queue = new ChunkQueue(() => undefined);
    const reader = queue.stream.getReader();
    const read = reader.read();
    await reader.cancel();
    expect(await read).toEqual({ done: true, value: undefined });
    queue.push(chunk('late'));
    queue.end({ error: new Error('late') });
    await queue.left;
  });
});
