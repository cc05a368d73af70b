import { ChatView } from '@/components/chat-view';
import { chat } from '@/lib/chat';
import type { DemoMessage } from '@/lib/demo-message';

export default async function ChatPage({ params }: PageProps<'/chat/[id]'>) {
  const { id } = await params;
  const { messages } = await chat.load(id);
  // CAST: only this app writes this chat's messages, with its own tools.
  return <ChatView key={id} id={id} loaded={messages as DemoMessage[]} />;
}
