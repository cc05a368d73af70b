import {
  agentRecord,
  answerRecord,
  encodeChunkRecord,
  messageRecord,
  messageOrigin,
  presenceRecord,
  runRecord,
  type ChatState,
  type MessageValue,
  type RunState,
} from '../../protocol/index.js';
import type { SessionMessages } from './session-messages.js';
import type { SessionState } from './session-state.js';

/** A chat as records that stand for all that came before an offset. */
export interface SessionSnapshot {
  readonly offset: string;
  /** JSON text: an array of records. */
  readonly records: string;
}

/** What a snapshot is taken of. */
export interface SessionView {
  readonly chat: ChatState;
  readonly session: SessionState;
}

/** Makes snapshots; what has not changed is made into text once. */
export class SessionSnapshots {
  readonly #messages: SessionMessages;
  readonly #texts = new WeakMap<object, string | Promise<string>>();

  constructor(messages: SessionMessages) {
    this.#messages = messages;
  }

  /**
   * The chat as it is at this moment (PROTOCOL.md, "Sessions"): all that may
   * change is looked at before the first wait.
   */
  async take(view: SessionView, now: number): Promise<SessionSnapshot> {
    const { chat, session } = view;
    const { offset } = chat;
    const runs = lastRuns(chat);
    const ids = session.list.messages.map(({ id }) => id);
    const listed = new Set(ids);
    const answers = [...chat.answers.values()]
      .filter(({ messageId }) => listed.has(messageId))
      .map(answerRecord);
    const present = [...session.presence.values()]
      .filter(({ expiresAt }) => expiresAt > now)
      .map(presenceRecord);
    const agents = [...session.agents.values()].map(({ value }) =>
      agentRecord(value),
    );
    const texts = ids.map(async (id) => this.#message(chat, id, runs.get(id)));
    const rest = [...answers, ...present, ...session.app.values()];
    const messages = await Promise.all(texts);
    const records = [
      ...agents.map((record) => JSON.stringify(record)),
      ...messages.filter((text) => text !== ''),
      ...rest.map((record) => JSON.stringify(record)),
    ].join(',');
    return { offset, records: `[${records}]` };
  }

  /** A message's records: itself, and the run that wrote last into it. */
  #message(
    chat: ChatState,
    id: string,
    run: RunState | undefined,
  ): string | Promise<string> {
    const value = chat.messages.get(id);
    const writer = chat.writers.get(id);
    if (writer?.status === 'active') return activeText(writer, value);
    const source = writer ?? value ?? run;
    if (source === undefined) return '';
    const known = this.#texts.get(source);
    if (known !== undefined) return known;
    const made =
      writer === undefined
        ? joined(value && JSON.stringify(messageRecord(value)), run)
        : this.#written(chat, id, writer);
    this.#texts.set(source, made);
    return made;
  }

  async #written(
    chat: ChatState,
    id: string,
    writer: RunState,
  ): Promise<string> {
    const origin = messageOrigin(chat, id);
    const message = await this.#messages.written(chat, id);
    // One that failed before its first part has its error to show.
    if (message === undefined) return joined(undefined, writer);
    const record = messageRecord({ ...message, ...origin });
    return joined(JSON.stringify(record), writer);
  }
}

/** The newest run of each message. */
function lastRuns(chat: ChatState): ReadonlyMap<string, RunState> {
  const runs = new Map<string, RunState>();
  for (const run of chat.runs.values()) {
    if (run.value.attempt > 0) runs.set(run.value.messageId, run);
  }
  return runs;
}

/** With the run's record as it ended: one superseded was stopped. */
function joined(
  message: string | undefined,
  run: RunState | undefined,
): string {
  const end =
    run && JSON.stringify(runRecord({ ...run.value, status: run.status }));
  return [message, end].filter((text) => text !== undefined).join(',');
}

function activeText(run: RunState, value: MessageValue | undefined): string {
  const { id: runId, messageId, agentId: actorId } = run.value;
  const chunks = run.chunks.map((chunk) => JSON.stringify(chunk));
  const head = { runId, messageId, actorId, seq: 0 };
  return [
    // As it stood when the run went on with it.
    ...(run.base && value ? [JSON.stringify(messageRecord(value))] : []),
    JSON.stringify(runRecord(run.value)),
    ...(chunks.length > 0 ? [encodeChunkRecord(head, chunks)] : []),
  ].join(',');
}
