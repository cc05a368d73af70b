/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import { addChat, unanswered } from './api.js';
import type { ChatsStore } from './chats-store.js';
import { PlusIcon } from './icons.js';
import { ThemeToggle } from './theme-toggle.js';
import type { KnownChat } from './wire.js';

/** More than that are found by the field above them. */
const MOST = 500;

interface ChatListProps {
  readonly chats: ChatsStore;
  readonly current: string | undefined;
}

export function ChatList({ chats, current }: ChatListProps) {
  const [text, setText] = useState('');
  const [notice, setNotice] = useState('');
  const found = chats.chats.filter(({ id }) => id.includes(text.trim()));
  const isKnown = chats.chats.some(({ id }) => id === text.trim());
  const open = async (): Promise<void> => {
    const id = text.trim();
    if (id === '') return;
    const { ok, text: told } = isKnown
      ? OPENED
      : await addChat(id).catch(unanswered);
    setNotice(ok ? '' : told);
    if (!ok) return;
    setText('');
    location.hash = hashOf(id);
  };
  return (
    <nav class="chats" aria-label="Chats">
      <header class="chats-head">
        <strong>Inspector</strong>
        <ThemeToggle />
      </header>
      <form
        class="chats-field"
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <input
          aria-label="Find a chat, or open one by its id"
          placeholder={chats.isListed ? 'Find a chat' : 'Open a chat by its id'}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button
          type="submit"
          class="icon-button"
          aria-label="Open"
          title="Open"
        >
          <PlusIcon />
        </button>
      </form>
      <p class="chats-notice" role="status">
        {notice}
      </p>
      <ul>
        {found.slice(0, MOST).map((chat) => (
          <ChatLink key={chat.id} chat={chat} isCurrent={chat.id === current} />
        ))}
      </ul>
      <footer>
        <ListState chats={chats} />
      </footer>
    </nav>
  );
}

function ListState({ chats }: { readonly chats: ChatsStore }) {
  const { isListed, problem, chats: all } = chats;
  if (problem !== undefined) return <span role="alert">{problem}</span>;
  if (!isListed) return <>The server lists no streams.</>;
  return <>{all.length === 1 ? '1 chat' : `${all.length} chats`}</>;
}

const OPENED = { ok: true, text: '' };

const hashOf = (chat: string): string => `#${new URLSearchParams({ chat })}`;

function ChatLink(props: { chat: KnownChat; isCurrent: boolean }) {
  const { id, createdAt } = props.chat;
  const begun = createdAt === 0 ? '' : new Date(createdAt).toLocaleString();
  return (
    <li>
      <a href={hashOf(id)} aria-current={props.isCurrent ? 'page' : undefined}>
        <span>{id}</span>
        {begun && <time>{begun}</time>}
      </a>
    </li>
  );
}
