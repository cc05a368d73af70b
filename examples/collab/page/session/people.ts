import type { RoomChat } from './room-chat.ts';

/** A user of the room, over all their devices. */
export interface Person {
  readonly name: string;
  readonly status: 'online' | 'away' | 'offline';
  /** How many of their devices are there. */
  readonly devices: number;
  readonly isTyping: boolean;
}

const RANK = { online: 0, away: 1, offline: 2 };

/** Those who are there first, then those who said something and left. */
export function peopleOf(chat: RoomChat): readonly Person[] {
  const { presence, authors, agents, messages, actorId } = chat;
  const agentIds = new Set(agents.map(({ id }) => id));
  const speakers = messages
    .map(({ id, role }) => (role === 'user' ? authors.get(id) : undefined))
    .filter((name) => name !== undefined && !agentIds.has(name));
  const names = new Set([...presence.map((one) => one.actorId), ...speakers]);
  return [...names]
    .filter((name) => name !== undefined)
    .map((name) => personOf(name, presence))
    .toSorted(
      (a, b) =>
        RANK[a.status] - RANK[b.status] ||
        Number(b.name === actorId) - Number(a.name === actorId) ||
        a.name.localeCompare(b.name),
    );
}

function personOf(name: string, presence: RoomChat['presence']): Person {
  const there = presence.filter(
    (one) => one.actorId === name && one.status !== 'offline',
  );
  const isOnline = there.some(({ status }) => status === 'online');
  const status = isOnline ? 'online' : 'away';
  return {
    name,
    status: there.length === 0 ? 'offline' : status,
    devices: there.length,
    isTyping: there.some(({ state }) => isTypingState(state)),
  };
}

function isTypingState(state: unknown): boolean {
  return (
    typeof state === 'object' &&
    state !== null &&
    'isTyping' in state &&
    state.isTyping === true
  );
}
