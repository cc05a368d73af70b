import { conflictingAnswer } from 'ai-durable-transport/session';
import type { Activity } from '../../shared/activity.ts';
import { newRoomId } from '../use-room-id.ts';
import type { RoomChat } from './room-chat.ts';

export interface ApprovalReply {
  readonly id: string;
  readonly toolCallId: string;
  readonly approved: boolean;
}

type Deed = Omit<Activity, 'who' | 'at'>;

/** What somebody does in a room besides talking, so that the room remembers. */
export class RoomActions {
  readonly #chatId: string;
  readonly #user: string;
  readonly #session: RoomChat['session'];

  constructor(chatId: string, user: string, session: RoomChat['session']) {
    this.#chatId = chatId;
    this.#user = user;
    this.#session = session;
  }

  /** Says yes or no; who was first instead, where somebody was. */
  async reply(answer: ApprovalReply): Promise<string | undefined> {
    const { id, toolCallId, approved } = answer;
    try {
      await this.#session.answerApproval({ id, approved });
    } catch (error) {
      const first = conflictingAnswer(error);
      if (first === undefined) throw error;
      return first.actorId;
    }
    const kind = approved ? 'approved' : 'denied';
    await this.note(`answer:${id}`, { kind, target: toolCallId });
    return undefined;
  }

  async stop(runId: string, agentName: string): Promise<void> {
    const { stopped } = await this.#session.stop({ runId });
    if (!stopped) return;
    await this.note(`stop:${runId}`, { kind: 'stopped', target: agentName });
  }

  /** A room with what was said up to there. */
  async fork(messageId?: string): Promise<string> {
    const fork = newRoomId();
    const record = { type: 'activity', key: `fork:${fork}` };
    // First, so that the fork remembers it, too.
    await this.note(record.key, {
      kind: 'forked',
      target: fork,
      source: this.#chatId,
    });
    try {
      await this.#session.fork({ chatId: fork, messageId });
    } catch (error) {
      await this.#session.remove(record);
      throw error;
    }
    return fork;
  }

  /** Writes into the room's log of activity; the same key is one entry. */
  async note(key: string, deed: Deed): Promise<void> {
    const value = { ...deed, who: this.#user, at: Date.now() };
    await this.#session.write({ type: 'activity', key, value });
  }
}
