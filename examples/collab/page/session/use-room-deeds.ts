import { useCallback, useMemo, useState } from 'react';
import { goToRoom } from '../use-room-id.ts';
import type { ApprovalReply, RoomActions } from './room-actions.ts';

export interface RoomDeeds {
  readonly reply: (answer: ApprovalReply) => void;
  /** Up to a message, or all. */
  readonly fork: (messageId?: string) => void;
  readonly stop: (runId: string, agentName: string) => void;
}

/** What buttons do, and what is to be told of it: they do not wait. */
export function useRoomDeeds(actions: RoomActions) {
  const [notice, setNotice] = useState<string>();
  const forget = useCallback(() => setNotice(undefined), []);

  const deeds = useMemo((): RoomDeeds => {
    const attempt = (what: string, work: Promise<string | undefined>) => {
      work.then(
        (told) => {
          if (told !== undefined) setNotice(told);
        },
        () => setNotice(`${what} did not work. Try again?`),
      );
    };
    return {
      reply: (answer) => attempt('Answering', reply(actions, answer)),
      fork: (messageId) => attempt('Forking', fork(actions, messageId)),
      stop: (runId, name) => attempt('Stopping', stop(actions, runId, name)),
    };
  }, [actions]);

  return { deeds, notice, forget };
}

async function reply(
  actions: RoomActions,
  answer: ApprovalReply,
): Promise<string | undefined> {
  const first = await actions.reply(answer);
  return first === undefined ? undefined : `${first} answered first.`;
}

async function fork(
  actions: RoomActions,
  messageId: string | undefined,
): Promise<undefined> {
  goToRoom(await actions.fork(messageId));
}

async function stop(
  actions: RoomActions,
  runId: string,
  agentName: string,
): Promise<undefined> {
  await actions.stop(runId, agentName);
}
