import type { DemoMessage } from '@/lib/demo-message';

/** A chat is called by the first thing that was said in it. */
export function titleOf(messages: DemoMessage[]): string | undefined {
  const first = messages.find(({ role }) => role === 'user');
  const text = first?.parts.find((part) => part.type === 'text')?.text.trim();
  return text === undefined || text === '' ? undefined : text.slice(0, 80);
}
