import { isBusy, openChat, startedHere, transport } from '@/client/chats';

// Each side of a message has its own channel: one does not hear itself.
const tabs =
  typeof window === 'undefined'
    ? undefined
    : new BroadcastChannel('durable-chat');

/** Tells this browser's other tabs that a run began here, or ended. */
export function tellOtherTabs(chatId: string, status: string): void {
  if (status === 'submitted' || !startedHere.has(chatId)) return;
  if (status !== 'streaming') startedHere.delete(chatId);
  tabs?.postMessage(chatId);
}

/** Joins what another tab has started. The server knows all of it. */
async function joinOtherTab(chatId: string): Promise<void> {
  const chat = openChat(chatId);
  if (chat === undefined || isBusy(chat)) return;
  const { messages } = await transport.load({ chatId });
  if (isBusy(chat)) return;
  chat.messages = messages;
  await chat.resumeStream();
}

tabs?.addEventListener('message', ({ data }: MessageEvent<string>) => {
  // Failing to join leaves this tab as it was: one reload behind.
  joinOtherTab(data).catch(() => undefined);
});
