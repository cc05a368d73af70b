import { expect, it } from 'vitest';
import { openInProcessApp, question } from '../limits/in-process-app.js';
import { untilLogged } from '../support/read-log.js';

it('keeps a resumed reader awake while the run only says that it lives', async () => {
  // The run's own heartbeats come more often than the reader's are due.
  await using app = await openInProcessApp({ leaseMs: 60, heartbeatMs: 200 });
  const { chat, streams } = app;
  const id = 'thinking';
  const posted = await chat.handle(app.post({ id, messages: [question()] }));
  app.say('Hm');
  await untilLogged(streams, id, 'Hm');
  const resumed = await chat.handle(app.get(`/${id}/stream`));
  const reader = resumed.body?.getReader();
  await reader?.read();
  const next = await reader?.read();
  expect(new TextDecoder().decode(next?.value)).toBe(': \n\n');
  await reader?.cancel();
  app.end.open();
  await posted.text();
});
