import { ChatView } from '@/components/chat-view';
import { chat } from '@/lib/chat';

export default async function ChatPage({ params }: PageProps<'/chat/[id]'>) {
  const { id } = await params;
  const { messages } = await chat.load(id);
  return <ChatView key={id} id={id} loaded={messages} />;
}
