import type { ChatFollower } from '../log/index.js';

/**
 * Whether a follower's state changes in this time. Rejects when it cannot any
 * more.
 */
export async function changesWithin(
  follower: ChatFollower,
  ms: number,
): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isQuiet = new Promise<boolean>((resolve) => {
    // Over already where the process was suspended: Node would warn of that.
    timer = setTimeout(resolve, Math.max(0, ms), false);
  });
  const changes = follower.nextChange().then(() => true);
  return Promise.race([changes, isQuiet]).finally(() => clearTimeout(timer));
}
