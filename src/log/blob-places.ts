import type { StreamTarget } from './stream-target.js';

/** Where a chat's large parts are. */
export interface BlobPlaces {
  readonly index: StreamTarget;
  of(id: string): StreamTarget;
}
