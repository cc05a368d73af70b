import { useSyncExternalStore } from 'react';
import { z } from 'zod/mini';

const KEY = 'durable-chat:chats';
const MOST = 50;

const savedChats = z.array(z.object({ id: z.string(), title: z.string() }));

/** An entry of the sidebar. The chat itself lives on the server. */
export type SavedChat = z.infer<typeof savedChats>[number];

const NONE: SavedChat[] = [];
const listeners = new Set<() => void>();
let text: string | null = null;
let chats = NONE;

/** The chats that this browser has seen, the newest first. */
export function useSavedChats(): readonly SavedChat[] {
  return useSyncExternalStore(subscribe, read, () => NONE);
}

export function saveChat(chat: SavedChat): void {
  const known = read().find(({ id }) => id === chat.id);
  if (known === undefined) write([chat, ...read()].slice(0, MOST));
}

export function forgetChat(id: string): void {
  write(read().filter((chat) => chat.id !== id));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** The same array as long as nothing has changed, as React wants it. */
function read(): SavedChat[] {
  const stored = localStorage.getItem(KEY);
  if (stored === text) return chats;
  text = stored;
  chats = parse(stored);
  return chats;
}

function parse(stored: string | null): SavedChat[] {
  try {
    return savedChats.parse(JSON.parse(stored ?? '[]'));
  } catch {
    return NONE;
  }
}

function write(next: SavedChat[]): void {
  localStorage.setItem(KEY, JSON.stringify(next));
  for (const listener of listeners) listener();
}
