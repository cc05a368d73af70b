import { generateId } from 'ai';
import { connection } from 'next/server';
import { redirect } from 'next/navigation';

/**
 * A chat has its address before it has its first message: so even the first
 * answer survives a reload.
 */
export default async function NewChatPage() {
  await connection();
  redirect(`/chat/${generateId()}`);
}
