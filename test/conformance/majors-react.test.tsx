// @vitest-environment happy-dom
import { useChat } from '@ai-sdk/react';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ChatTransport, UIMessage, UIMessageChunk } from 'ai';
import { expect, it } from 'vitest';

const answer: UIMessageChunk[] = [
  { type: 'start', messageId: 'answer' },
  { type: 'text-start', id: 'text' },
  { type: 'text-delta', id: 'text', delta: 'Hello' },
  { type: 'text-end', id: 'text' },
  { type: 'finish' },
];

const streamOf = (chunks: readonly UIMessageChunk[]) =>
  new ReadableStream<UIMessageChunk>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

const transport: ChatTransport<UIMessage> = {
  sendMessages: () => Promise.resolve(streamOf(answer)),
  reconnectToStream: () => Promise.resolve(null),
};

it('useChat of either major shows an answer under React 19', async () => {
  const { result } = renderHook(() => useChat({ id: 'chat', transport }));
  await act(() => result.current.sendMessage({ text: 'Hi' }));
  await waitFor(() => expect(result.current.status).toBe('ready'));
  const [question, reply] = result.current.messages;
  expect(question).toMatchObject({ role: 'user' });
  expect(reply).toMatchObject({
    id: 'answer',
    role: 'assistant',
    parts: [{ type: 'text', text: 'Hello' }],
  });
});
