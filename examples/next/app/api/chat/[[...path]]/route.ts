import { chat } from '@/lib/chat';

export const { GET, POST, DELETE } = chat;
