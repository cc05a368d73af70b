import { ChatFollower, type ReadRecord } from '../../log/index.js';
import type { ChatContext } from '../chat-context.js';
import { sealDeadRuns } from '../seal-dead-runs.js';
import { AgentEngine } from './agent-engine.js';
import { presenceLog } from './presence-log.js';
import { PresenceWriter } from './presence-writer.js';
import { RecordFrames } from './record-frames.js';
import { SessionMessages } from './session-messages.js';
import {
  SessionSnapshots,
  type SessionSnapshot,
  type SessionView,
} from './session-snapshot.js';
import { applySessionRecord, emptySessionState } from './session-state.js';
import { SessionWriter } from './session-writer.js';

/** What may come after a snapshot before a new one costs readers less. */
const MAX_REST_LENGTH = 65_536;

/**
 * One chat's session on this instance: what its log adds up to, the one reader
 * that keeps that up to date, and what writes and runs here.
 */
export class ChatSession {
  readonly chatId: string;
  readonly follower: ChatFollower;
  readonly state = emptySessionState();
  readonly frames = new RecordFrames();
  readonly messages: SessionMessages;
  readonly writer: SessionWriter;
  readonly presence: PresenceWriter;
  readonly engine: AgentEngine;
  readonly #context: ChatContext;
  readonly #snapshots: SessionSnapshots;
  #snapshot: SessionSnapshot | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<(records: readonly ReadRecord[]) => void>();

  constructor(context: ChatContext, chatId: string) {
    this.chatId = chatId;
    this.#context = context;
    this.messages = new SessionMessages(context.fold);
    this.#snapshots = new SessionSnapshots(this.messages);
    this.writer = new SessionWriter(context, chatId);
    this.engine = new AgentEngine(context, this);
    this.follower = new ChatFollower(context, {
      chatId,
      sealDead: () => sealDeadRuns(context, chatId),
      onRecords: (records, offset) => this.#take(records, offset),
    });
    this.presence = new PresenceWriter(presenceLog(context, this));
  }

  get view(): SessionView {
    return { chat: this.follower.state, session: this.state };
  }

  /** Writes records, and waits until `state` holds them. */
  async write(records: readonly object[]): Promise<void> {
    const offset = await this.writer.append(records);
    if (offset === undefined) return this.follower.catchUp();
    await this.readUpTo(offset);
  }

  /** Waits until `state` holds what stands before an offset of the log. */
  async readUpTo(offset: string): Promise<void> {
    while (this.follower.state.offset < offset) {
      await this.follower.nextChange();
    }
  }

  /** The chat as it is, or was a moment ago: `frames` has what came since. */
  async snapshot(): Promise<SessionSnapshot> {
    const known = this.#snapshot;
    const rest = known && this.frames.after(known.offset);
    if (known !== undefined && rest !== undefined) {
      if (rest.length <= MAX_REST_LENGTH) return known;
    }
    const taken = await this.#snapshots.take(this.view, this.#context.now());
    this.#snapshot = taken;
    return taken;
  }

  /** Does one such work after the other. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Calls back for each batch of records, until the returned function is. */
  onRecords(listener: (records: readonly ReadRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.engine.close();
    this.follower.close();
  }

  #take(records: readonly ReadRecord[], offset: string): void {
    for (const record of records) applySessionRecord(this.state, record);
    this.frames.push(records, offset);
    this.engine.notice(records);
    for (const listener of this.#listeners) listener(records);
  }
}
