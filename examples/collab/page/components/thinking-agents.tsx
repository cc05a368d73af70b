import type { RoomChat } from '../session/room-chat.ts';
import { Speaker } from './speaker.tsx';
import { Thinking } from './thinking.tsx';

/** Those who have begun to answer and have not said anything yet. */
export function ThinkingAgents({ chat }: { chat: RoomChat }) {
  const { messages, runs, agents } = chat;
  const shown = new Set(messages.map(({ id }) => id));
  return runs
    .filter(({ messageId }) => !shown.has(messageId))
    .map(({ id, agentId }) => (
      <div key={id} data-testid="thinking">
        <Speaker id={agentId} agents={agents} isAgent />
        <Thinking />
      </div>
    ));
}
