import { Chat } from '@ai-sdk/react';
import { lastAssistantMessageIsCompleteWithApprovalResponses as everyApprovalAnswered } from 'ai';
import { DurableTransport } from 'ai-durable-transport';
import type { DemoMessage } from '@/lib/demo-message';

const chats = new Map<string, Chat<DemoMessage>>();

/** The chats whose newest run was started by this tab. */
export const startedHere = new Set<string>();

export const transport = new DurableTransport<DemoMessage>({
  api: '/api/chat',
  newestMessageId: (chatId) => chats.get(chatId)?.lastMessage?.id,
  // The server has the earlier messages: only the newest one is sent.
  prepareSendMessagesRequest: ({ id, messages, body, ...request }) => {
    startedHere.add(id);
    const { trigger, messageId } = request;
    return {
      body: { ...body, id, trigger, messageId, message: messages.at(-1) },
    };
  },
});

/** The chat, if this tab has opened it. */
export function openChat(id: string): Chat<DemoMessage> | undefined {
  return chats.get(id);
}

export function isBusy({ status }: Pick<Chat<DemoMessage>, 'status'>): boolean {
  return status === 'submitted' || status === 'streaming';
}

/**
 * The tab's one `Chat` of this id. It outlives its page: an answer goes on
 * while another chat is looked at, and Next's back button, which shows the
 * page's first data again, does not lose what was said since.
 */
export function chatOf(id: string, loaded: DemoMessage[]): Chat<DemoMessage> {
  const known = chats.get(id);
  if (known !== undefined) return caughtUp(known, loaded);
  const chat = new Chat<DemoMessage>({
    id,
    messages: loaded,
    transport,
    sendAutomaticallyWhen: everyApprovalAnswered,
  });
  // On the server a chat belongs to one rendering, never to the process.
  if (typeof window !== 'undefined') chats.set(id, chat);
  return chat;
}

function caughtUp(
  chat: Chat<DemoMessage>,
  loaded: DemoMessage[],
): Chat<DemoMessage> {
  if (!isBusy(chat) && loaded.length > chat.messages.length) {
    chat.messages = loaded;
  }
  return chat;
}
