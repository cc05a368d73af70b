import { startStreams } from 'ai-durable-transport/testing';
import { expect, it, vi } from 'vitest';
import { startChatApp } from '../support/chat-app.js';
import { openTab } from '../support/chat-client.js';

it('shows an error in the console where the app has no onError', async () => {
  await using streams = await startStreams();
  const seen = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const cause = new Error('the key is wrong');
  const app = await startChatApp({
    streams: { url: streams.url },
    respond: () => Promise.reject(cause),
  });
  const tab = openTab(app.api);
  await tab.chat.sendMessage({ text: 'hi' });
  await app.close();
  expect(tab.chat.error?.message).toBe('An error occurred.');
  expect(seen).toHaveBeenCalledWith(expect.stringContaining('model'), cause);
  seen.mockRestore();
});
