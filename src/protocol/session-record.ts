/** A device of a participant, as a `presence` record tells of it. */
export interface PresenceValue {
  /** Who it is, as the server established it. */
  readonly actorId: string;
  /** Which of their devices, or tabs. */
  readonly deviceId: string;
  readonly name: string;
  readonly status: 'online' | 'away' | 'offline';
  /** The app's own JSON: a cursor, a draft. */
  readonly state?: unknown;
  /** Epoch milliseconds; from then on the device counts as gone. */
  readonly expiresAt: number;
  /** The connection that says so: only that one says when it ends. */
  readonly connectionId?: string | undefined;
  /** Of all that is said of devices in the chat: made of what had the one before. */
  readonly version?: number | undefined;
}

export interface PresenceRecord {
  readonly type: 'presence';
  /** `{actorId}:{deviceId}` */
  readonly key: string;
  /** Absent on a delete. */
  readonly value?: PresenceValue;
  readonly headers: { readonly operation: 'upsert' | 'delete' };
}

/** An agent that answers in the chat. */
export interface AgentValue {
  readonly id: string;
  readonly name: string;
  /** Which messages make it run; `custom`: the app's code decides. */
  readonly triggers: 'user-messages' | 'all' | 'custom';
}

export interface AgentRecord {
  readonly type: 'agent';
  /** The agent's id. */
  readonly key: string;
  readonly value: AgentValue;
  readonly headers: { readonly operation: 'upsert' };
}

/** What a participant answered to a tool call. The first one in the log counts. */
export interface AnswerValue {
  /** The tool call's id; of an approval, the approval's. */
  readonly id: string;
  readonly kind: 'tool-output' | 'approval';
  readonly messageId: string;
  readonly toolCallId: string;
  /** Who answered, as the server established it. */
  readonly actorId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The tool's output, unless it failed. */
  readonly output?: unknown;
  /** Why the tool failed. */
  readonly errorText?: string;
  /** Of the request that gave it, or made for it: tells one from another. */
  readonly idempotencyKey?: string;
  /** Of an approval. */
  readonly approved?: boolean;
  readonly reason?: string;
}

export interface AnswerRecord {
  readonly type: 'answer';
  /** The answer's id. */
  readonly key: string;
  readonly value: AnswerValue;
  readonly headers: { readonly operation: 'insert' };
}

/** That an agent is to answer anew. It has done so once a run of this id is there. */
export interface RegenerationValue {
  /** The id of the run that does so. */
  readonly id: string;
  readonly agentId: string;
  /** The message to be answered. */
  readonly triggerId: string;
  /** Who asked for it, as the server established it. */
  readonly actorId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Of the request. */
  readonly idempotencyKey?: string;
}

export interface RegenerationRecord {
  readonly type: 'regeneration';
  /** The run's id. */
  readonly key: string;
  readonly value: RegenerationValue;
  readonly headers: { readonly operation: 'insert' };
}

/** A record of a type that the app brought along: its value is the app's. */
export interface AppRecord {
  readonly type: string;
  readonly key: string;
  /** Absent on a delete. */
  readonly value?: unknown;
  readonly headers: {
    readonly operation: 'insert' | 'update' | 'upsert' | 'delete';
  };
}
