import { ConnectionPill } from '@/components/connection-pill';
import { MenuIcon } from '@/components/icons';
import styles from './chat-header.module.css';

/** Names the chat, and says how it is connected. */
export function ChatHeader({ title }: { title: string | undefined }) {
  return (
    <header className={styles.header}>
      <button
        type="button"
        className={`icon-button ${styles.menu}`}
        popoverTarget="sidebar"
        aria-label="Show chats"
      >
        <MenuIcon />
      </button>
      <h1 className={styles.title}>{title ?? 'New chat'}</h1>
      <ConnectionPill />
    </header>
  );
}
