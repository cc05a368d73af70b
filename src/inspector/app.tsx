/** @jsxImportSource preact */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ChatList } from './chat-list.js';
import { ChatPanel } from './chat-panel.js';
import { ChatsStore } from './chats-store.js';
import { useObservable } from './use-observable.js';

export function App() {
  const chats = useMemo(() => new ChatsStore(), []);
  useObservable(chats);
  const [named, setNamed] = useState(chatInAddress);
  useEffect(() => {
    const read = (): void => setNamed(chatInAddress());
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  const chatId = named ?? chats.chats[0]?.id;
  return (
    <div class="app">
      <ChatList chats={chats} current={chatId} />
      <main class="main">
        {chatId === undefined ? (
          <Nothing chats={chats} />
        ) : (
          <ChatPanel key={chatId} chatId={chatId} />
        )}
      </main>
    </div>
  );
}

/** It stands there so that a reload, and going back, show the same chat. */
function chatInAddress(): string | undefined {
  const params = new URLSearchParams(location.hash.slice(1));
  return params.get('chat') ?? undefined;
}

function Nothing({ chats }: { readonly chats: ChatsStore }) {
  const { isKnown, isListed, problem } = chats;
  if (!isKnown) return null;
  const unlisted =
    'This streams server does not list its streams. Name a chat on the left, or when you start: inspect URL chat-1';
  return (
    <div class="nothing">
      <h1>No chats yet</h1>
      <p>
        {isListed
          ? 'They appear here as soon as somebody writes.'
          : (problem ?? unlisted)}
      </p>
    </div>
  );
}
