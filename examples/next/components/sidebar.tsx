import Link from 'next/link';
import { ChatList } from '@/components/chat-list';
import { MarkIcon, PlusIcon } from '@/components/icons';
import { ThemeToggle } from '@/components/theme-toggle';
import styles from './sidebar.module.css';

/** Beside the chat on a wide screen, above it (a popover) on a narrow one. */
export function Sidebar({ modelName }: { modelName: string }) {
  return (
    <aside id="sidebar" popover="auto" className={styles.sidebar}>
      <p className={styles.brand}>
        <MarkIcon /> Durable chat
      </p>
      <Link
        href="/"
        prefetch={false}
        className={styles.create}
        data-testid="new-chat"
      >
        <PlusIcon /> New chat
      </Link>
      <ChatList />
      <footer className={styles.footer}>
        <span>{modelName}</span>
        <ThemeToggle />
      </footer>
    </aside>
  );
}
