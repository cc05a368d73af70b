import { expect, it } from 'vitest';
import { openInProcessApp, question } from '../limits/in-process-app.js';

it('answers and resumes a message whose id cannot be a header', async () => {
  await using app = await openInProcessApp();
  const { chat } = app;
  const id = 'letters';
  const messageId = 'Grüße 🌍 100%';
  const answer = {
    id: messageId,
    role: 'assistant',
    parts: [{ type: 'text', text: 'Hello' }],
  };
  app.end.open();
  const messages = [question(), answer];
  const posted = await chat.handle(app.post({ id, messages }));
  expect(posted.status).toBe(200);
  const header = posted.headers.get('durable-message-id') ?? '';
  expect(decodeURIComponent(header)).toBe(messageId);
  expect(await posted.text()).toContain('[DONE]');
  const resumed = await chat.handle(app.get(`/${id}/stream?have=`));
  expect(resumed.headers.get('durable-message-id')).toBe(header);
  expect(await resumed.text()).toContain('[DONE]');
  expect(app.errors).toEqual([]);
});

it.each(['a\r\nSet-Cookie: a=b', 'a\u0000', '\ud800', 'x'.repeat(201), ''])(
  'refuses a message id that nobody makes: %j',
  async (messageId) => {
    await using app = await openInProcessApp();
    const messages = [question('Hi', messageId)];
    const refused = await app.chat.handle(app.post({ id: 'ids', messages }));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: 'invalid-messages' });
    expect(app.streams.requests).toEqual([]);
  },
);
