import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DurableChatError } from '../protocol/index.js';
import { OwnerFiles, type Owner } from './owner-files.js';
import {
  livenessOf,
  ownIdentity,
  type ProcessIdentity,
} from './process-identity.js';

const HEARTBEAT_MS = 2_000;
/** After so long without a heartbeat an owner we cannot ask about is dead. */
const SILENT_MS = 10_000;
const LOOK_AGAIN_MS = 100;

export interface DirectoryClaim {
  /** Gives the directory back. */
  release(): Promise<void>;
}

/**
 * Makes this process the only one that uses a directory, until it releases it
 * or dies. A directory of a dead process is taken over. Waits `waitMs` for a
 * living one to leave, then throws `store-unavailable`.
 */
export async function claimDirectory(
  dir: string,
  waitMs: number,
): Promise<DirectoryClaim> {
  await mkdir(dir, { recursive: true });
  const files = new OwnerFiles(join(await realpath(dir), 'owners'));
  const own = await ownIdentity();
  const patience = performance.now() + waitMs;
  const first = await files.newest();
  for (let owner = first; ; owner = await files.newest()) {
    if (owner === undefined || !(await isHeld(owner, own))) {
      const next = (owner?.number ?? 0) + 1;
      if (await files.create(next, own)) return keep(files, next);
    } else if (performance.now() < patience || !isSure(owner, first, own)) {
      await sleep(LOOK_AGAIN_MS);
    } else throw heldError(dir, owner.identity ?? own, own);
  }
}

async function isHeld(owner: Owner, own: ProcessIdentity): Promise<boolean> {
  if (owner.identity === undefined) return false;
  const liveness = await livenessOf(owner.identity, own);
  if (liveness !== 'unknown') return liveness === 'alive';
  return Date.now() - owner.seenAt < SILENT_MS;
}

/** Of one that we cannot ask, only a heartbeat while we look says that it lives. */
function isSure(
  owner: Owner,
  first: Owner | undefined,
  own: ProcessIdentity,
): boolean {
  if (owner.identity?.space === own.space) return true;
  return owner.number !== first?.number || owner.seenAt > first.seenAt;
}

async function keep(
  files: OwnerFiles,
  number: number,
): Promise<DirectoryClaim> {
  await files.clearBefore(number);
  const timer = setInterval(() => {
    // A directory that was removed is found out by its next write.
    void files.touch(number).catch(() => undefined);
  }, HEARTBEAT_MS);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      await files.release(number).catch(() => undefined);
    },
  };
}

function heldError(
  dir: string,
  owner: ProcessIdentity,
  own: ProcessIdentity,
): DurableChatError {
  const isOwn = owner.pid === own.pid && owner.space === own.space;
  const place =
    owner.space === own.space ? '' : ' in another container or host';
  const who = isOwn
    ? `this very process (${own.pid}), in another thread or by another path`
    : `process ${owner.pid}${place}`;
  return new DurableChatError(
    'store-unavailable',
    `The streams in ${dir} cannot be opened: the directory is held by ${who}, ` +
      'and only one process at a time may use it. Stop that process, give ' +
      'this one a directory of its own, or run a streams server that both ' +
      'use by its URL.',
  );
}
