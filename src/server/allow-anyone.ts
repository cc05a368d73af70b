import type { Authorize } from './options.js';

/**
 * An `authorize` that lets everybody read, write, stop and delete every chat.
 * For demos and tests: the name is there to be seen in a review.
 */
export function allowAnyone(): Authorize {
  return () => ({ id: 'anyone' });
}
