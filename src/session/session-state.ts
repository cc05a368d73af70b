import type { UIMessage } from 'ai';
import {
  applyAnswer,
  applyToMessageList,
  emptyMessageList,
  plainMessage,
  type AgentValue,
  type AnswerValue,
  type AppRecord,
  type ChunkValue,
  type LogRecord,
  type MessageList,
  type MessageRecord,
  type PresenceRecord,
  type PresenceValue,
  type RunRecord,
} from '../protocol/index.js';
import { AppRecords } from './app-records.js';
import { KeyedValues } from './keyed-values.js';
import { sameItems } from './same-items.js';
import type { SessionRun } from './session-run.js';
import { SessionRuns } from './session-runs.js';
import type {
  MessageEnd,
  SessionRunInfo,
  SessionSnapshot,
} from './session-snapshot.js';
import { ShownMessages } from './shown-messages.js';

/**
 * What the records of a session add up to, taken in one by one in the log's
 * order (PROTOCOL.md, sections 2 and 4). No I/O and no clock. A record costs
 * what is in it, however long the session is.
 */
export class SessionState {
  #list: MessageList = emptyMessageList;
  /** As recorded; what a run writes is on top, with the run. */
  readonly #recorded = new Map<string, UIMessage>();
  readonly #runs = new SessionRuns();
  readonly #active = new KeyedValues<SessionRunInfo>();
  readonly #ends = new KeyedValues<MessageEnd>();
  readonly #presence = new KeyedValues<PresenceValue>();
  readonly #agents = new KeyedValues<AgentValue>();
  readonly #apps = new AppRecords();
  /** The keys of those that came: the first of each counts. */
  readonly #answered = new Set<string>();
  /** By message id. */
  readonly #answers = new Map<string, AnswerValue[]>();
  /** By message id, those that no call waited for when they came. */
  readonly #early = new Map<string, AnswerValue[]>();
  readonly #shown = new ShownMessages(
    (id) => this.#runs.writerOf(id)?.message ?? this.#recorded.get(id),
  );
  #snapshot: SessionSnapshot | undefined;
  #skipped = 0;

  /** How many batches were passed over, for one before them is missing. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The same object until a record changes something in it. */
  get snapshot(): SessionSnapshot {
    const next: SessionSnapshot = {
      ...this.#shown.read(this.#list.messages),
      runs: this.#active.list,
      ends: this.#ends.map,
      presence: this.#presence.list,
      agents: this.#agents.list,
      records: this.#apps.map,
    };
    const before: unknown[] = Object.values(this.#snapshot ?? {});
    const after: unknown[] = Object.values(next);
    if (sameItems(before, after) === after) this.#snapshot = next;
    return this.#snapshot ?? next;
  }

  /** Takes in the next record of the log, or of a snapshot on the wire. */
  apply(record: LogRecord): void {
    switch (record.type) {
      case 'message':
        this.#applyMessage(record);
        break;
      case 'run':
        this.#applyRun(record);
        break;
      case 'chunk':
        this.#applyChunk(record.value);
        break;
      case 'answer':
        this.#applyAnswer(record.value);
        break;
      case 'presence':
        this.#applyPresence(record);
        break;
      case 'agent':
        this.#agents.set(record.key, record.value);
        break;
      case 'regeneration':
      case 'checkpoint':
    }
    this.#list = applyToMessageList(this.#list, record);
  }

  /** Takes in a record of the app's, once its value was found to be right. */
  applyAppRecord(record: AppRecord): void {
    this.#apps.apply(record);
  }

  /** Lets go of the devices whose time is over. */
  dropExpired(now: number): void {
    for (const [key, { expiresAt }] of this.#presence.map) {
      if (expiresAt <= now) this.#presence.delete(key);
    }
  }

  #applyMessage({ key, value, headers }: MessageRecord): void {
    this.#shown.touch(key, true);
    if (value === undefined || headers.operation === 'delete') {
      this.#recorded.delete(key);
      return;
    }
    const answers = this.#answers.get(key) ?? [];
    const message = answers.reduce(applyAnswer, plainMessage(value));
    this.#recorded.set(key, message);
    this.#runs.forgetWriter(key);
  }

  #applyRun(record: RunRecord): void {
    const base = this.#recorded.get(record.value.messageId);
    for (const run of this.#runs.apply(record, base)) {
      this.#shown.touch(run.value.messageId, true);
      this.#showRun(run);
    }
  }

  #showRun(run: SessionRun): void {
    const { status, value } = run;
    const { id, agentId, messageId, parentId, error } = value;
    if (status !== 'active') this.#active.delete(id);
    else if (this.#active.get(id)?.messageId !== messageId) {
      this.#active.set(id, { id, agentId, messageId, parentId, status });
    }
    if (this.#runs.newestOf(messageId) !== run) return;
    if (status === 'active' || status === 'done') this.#ends.delete(messageId);
    else if (this.#ends.get(messageId)?.status !== status) {
      this.#ends.set(messageId, { status, error });
    }
  }

  #applyChunk(value: ChunkValue): void {
    const run = this.#runs.get(value.runId);
    if (run?.status !== 'active') return;
    const { openCalls } = run;
    if (!run.add(value)) {
      this.#skipped += 1;
      return;
    }
    const { messageId } = run.value;
    this.#shown.touch(messageId, run.openCalls !== openCalls);
    const early = this.#early.get(messageId);
    if (early === undefined) return;
    this.#early.delete(messageId);
    for (const answer of early) this.#answer(answer);
  }

  #applyAnswer(value: AnswerValue): void {
    const { id, messageId } = value;
    if (this.#answered.has(id)) return;
    this.#answered.add(id);
    addTo(this.#answers, messageId, value);
    this.#answer(value);
  }

  #answer(answer: AnswerValue): void {
    const { messageId } = answer;
    const recorded = this.#recorded.get(messageId);
    const writer = this.#runs.writerOf(messageId);
    const answered = recorded && applyAnswer(recorded, answer);
    if (writer ? writer.answer(answer) : answered !== recorded) {
      if (!writer && answered) this.#recorded.set(messageId, answered);
      this.#shown.touch(messageId, true);
    } else addTo(this.#early, messageId, answer);
  }

  #applyPresence({ key, value, headers }: PresenceRecord): void {
    if (value === undefined || headers.operation === 'delete') {
      this.#presence.delete(key);
    } else this.#presence.set(key, value);
  }
}

function addTo<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
