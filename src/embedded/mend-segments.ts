import { readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const LENGTH_BYTES = 4;
const LINE_FEED = 10;

/**
 * Cuts off what a crash left half-written at the end of a stream's file.
 *
 * `@durable-streams/server` 0.3.7 ignores such a tail when it starts, but goes
 * on writing behind it: what it confirms from then on cannot be read again.
 * Nothing that was ever confirmed is lost by this, for that was whole.
 *
 * Only before the server starts, and only by who holds the directory.
 */
export async function mendSegments(dir: string): Promise<void> {
  const place = join(dir, 'streams');
  const names = await readdir(place).catch(() => []);
  for (const name of names) {
    if (name.endsWith('.log')) await mend(join(place, name));
  }
}

async function mend(path: string): Promise<void> {
  // One too large to be read at once can be mended by hand only.
  const content = await readFile(path).catch(() => Buffer.alloc(0));
  const end = endOfWholeFrames(content);
  if (end < content.length) await truncate(path, end);
}

/** A frame: the length of its data in 4 bytes, the data, a line feed. */
function endOfWholeFrames(content: Buffer): number {
  let position = 0;
  while (position + LENGTH_BYTES <= content.length) {
    const length = content.readUInt32BE(position);
    const end = position + LENGTH_BYTES + length + 1;
    if (end > content.length) return position;
    if (content[end - 1] !== LINE_FEED) {
      // File systems fill with zeros what they had promised but not written.
      const isBlank = content.subarray(position).every((byte) => byte === 0);
      // Anything else is a format that is not known here: leave it alone.
      return isBlank ? position : content.length;
    }
    position = end;
  }
  return position;
}
