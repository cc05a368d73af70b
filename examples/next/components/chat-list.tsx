'use client';

import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { useEffect } from 'react';
import {
  forgetChat,
  useSavedChats,
  type SavedChat,
} from '@/client/saved-chats';
import { TrashIcon } from '@/components/icons';
import styles from './chat-list.module.css';

/** This browser's chats. */
export function ChatList() {
  const chats = useSavedChats();
  const path = usePathname();

  // Only the narrow screen's popover can be open, and a choice closes it.
  useEffect(() => document.getElementById('sidebar')?.hidePopover(), [path]);

  return (
    <nav className={styles.nav} data-testid="chat-list" aria-label="Chats">
      <ul>
        {chats.map((chat) => (
          <Entry
            key={chat.id}
            chat={chat}
            current={path === `/chat/${chat.id}`}
          />
        ))}
      </ul>
    </nav>
  );
}

interface EntryProps {
  readonly chat: SavedChat;
  readonly current: boolean;
}

function Entry({ chat: { id, title }, current }: EntryProps) {
  const router = useRouter();

  const remove = async () => {
    const url = `/api/chat/${encodeURIComponent(id)}`;
    const response = await fetch(url, { method: 'DELETE' });
    if (!response.ok) return;
    forgetChat(id);
    if (current) router.push('/');
  };

  return (
    <li className={styles.entry} data-current={current}>
      <Link href={`/chat/${id}`} aria-current={current ? 'page' : undefined}>
        {title}
      </Link>
      <button
        type="button"
        className="icon-button"
        aria-label={`Delete “${title}”`}
        // Offline: the chat stays, and so does its entry.
        onClick={() => void remove().catch(() => undefined)}
      >
        <TrashIcon />
      </button>
    </li>
  );
}
