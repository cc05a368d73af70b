import { openChat, transport } from '@/client/chats';

/**
 * An answer that is joined comes alone. Where its question was asked after this
 * page was rendered, it is fetched and put before it.
 */
export async function addQuestion(chatId: string): Promise<void> {
  const chat = openChat(chatId);
  if (chat === undefined || chat.messages.at(-2)?.role === 'user') return;
  const { messages } = await transport.load({ chatId });
  const answer = chat.lastMessage;
  if (answer?.role !== 'assistant') return;
  chat.messages = [...messages.filter(({ id }) => id !== answer.id), answer];
}
