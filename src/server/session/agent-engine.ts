import { Changes, sleep, type ReadRecord } from '../../log/index.js';
import { DurableChatError } from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import type { AgentWork } from './agent-work.js';
import type { ChatSession } from './chat-session.js';
import { findWork } from './find-work.js';
import { runAgent } from './run-agent.js';

/** How long whoever has stored a message is left to see to it. */
const COURTESY_MS = 1_000;
/** So that not all instances look at the same moment. */
const JITTER_MS = 500;
/** How often one that waits for another's run looks, should it hear nothing. */
const LOOK_MS = 1_000;
/** How long work is kept in mind while the store is away. */
const MAX_FAILURES = 300;

/**
 * Makes the agents of a session run, on this instance: each has one run at a
 * time, and what comes meanwhile waits. That a run is begun once, over all
 * instances, the log sees to (`registerRun`); here is only who looks, and when.
 */
export class AgentEngine {
  readonly #context: ChatContext;
  readonly #session: ChatSession;
  /** By agent: what runs here, or is about to. */
  readonly #running = new Map<string, Promise<void>>();
  #isDriving = false;
  readonly #nudges = new Changes();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: ChatContext, session: ChatSession) {
    this.#context = context;
    this.#session = session;
  }

  /** Sees to what is pending, now and until nothing is. */
  drive(): void {
    this.#nudges.tell();
    if (this.#isDriving) return;
    this.#isDriving = true;
    const { chatId } = this.#session;
    const driven = this.#driveOn().finally(() => (this.#isDriving = false));
    this.#context.background(driven, chatId);
  }

  /** Told of what came into the log: somebody else sees to it, or does not. */
  notice(records: readonly ReadRecord[]): void {
    if (!records.some(matters)) return;
    if (this.#isDriving) return this.#nudges.tell();
    this.#timer ??= setTimeout(
      () => void this.#lookAfter(),
      COURTESY_MS + Math.random() * JITTER_MS,
    );
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #lookAfter(): Promise<void> {
    this.#timer = undefined;
    if (this.#session.follower.hasFailed) return;
    const { due } = await findWork(this.#context, this.#session);
    if (due.length > 0) this.drive();
  }

  async #driveOn(): Promise<void> {
    for (let failures = 0; failures < MAX_FAILURES; failures += 1) {
      try {
        return await this.#driveHeld();
      } catch (error) {
        const { code } = error instanceof DurableChatError ? error : {};
        // The chat was deleted.
        if (code === 'log-lost') return;
        await sleep(LOOK_MS);
      }
    }
  }

  /** Holds the session while there is something to do. */
  async #driveHeld(): Promise<void> {
    const { chatId } = this.#session;
    const lease = await this.#context.followers.acquire(chatId);
    try {
      // This one's follower has failed: the other's goes on.
      if (lease.session !== this.#session) return lease.session?.engine.drive();
      await this.#driveWhileDue();
    } finally {
      lease.release();
    }
  }

  async #driveWhileDue(): Promise<void> {
    for (;;) {
      const nudged = this.#nudges.next();
      const { due, isQueued } = await findWork(this.#context, this.#session);
      this.#begin(due);
      if (this.#running.size === 0 && !isQueued) return;
      await Promise.race([nudged, sleep(LOOK_MS)]);
      if (this.#session.follower.hasFailed) {
        await this.#session.follower.nextChange();
      }
    }
  }

  #begin(works: readonly AgentWork[]): void {
    for (const work of works) {
      const { agentId } = work;
      if (this.#running.has(agentId)) continue;
      const running = runAgent(this.#context, this.#session, work)
        .catch((error: unknown) => {
          const { chatId } = this.#session;
          const { runId } = work;
          this.#context.report(error, { chatId, runId, source: 'store' });
        })
        .finally(() => {
          this.#running.delete(agentId);
          this.#nudges.tell();
        });
      this.#running.set(agentId, running);
    }
  }
}

const MATTERING: ReadonlySet<string> = new Set([
  'message',
  'answer',
  'agent',
  'regeneration',
]);

/** What may make something due: not chunks, nor a run's signs of life. */
function matters(record: ReadRecord): boolean {
  if (record.type !== 'run') {
    return MATTERING.has(record.type);
  }
  const { value } = record;
  const isActive =
    typeof value === 'object' &&
    value !== null &&
    'status' in value &&
    value.status === 'active';
  return !isActive;
}
