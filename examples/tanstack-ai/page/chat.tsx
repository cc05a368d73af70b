import { useDurableThread } from './use-durable-thread.js';

export function Chat({ threadId, api }: { threadId: string; api?: string }) {
  const { messages, sendMessage, isLoading, stop, error } = useDurableThread(
    threadId,
    api,
  );
  return (
    <main>
      {messages.map(({ id, role, parts }) => (
        <p key={id} data-role={role}>
          {parts.map((part) => (part.type === 'text' ? part.content : ''))}
        </p>
      ))}
      {error && <p role="alert">{error.message}</p>}
      <button onClick={() => void sendMessage('Hello')}>Send</button>
      {isLoading && <button onClick={() => void stop()}>Stop</button>}
    </main>
  );
}
