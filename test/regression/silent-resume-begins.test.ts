import { expect, it } from 'vitest';
import { openInProcessApp, question } from '../limits/in-process-app.js';
import { untilLogged } from '../support/read-log.js';
import { confirmedIn } from '../runtimes/support/requests.js';

const NEVER_MS = 600_000;

/** What a body begins with while nobody says anything. */
async function beginningOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(first?.value);
}

it('begins a resumed answer at once, for servers that send headers with the body', async () => {
  await using app = await openInProcessApp({ heartbeatMs: NEVER_MS });
  const { chat, streams } = app;
  const id = 'silent';
  const posted = await chat.handle(app.post({ id, messages: [question()] }));
  app.say('Hm');
  await untilLogged(streams, id, 'Hm');
  const replayed = await chat.handle(app.get(`/${id}/stream`));
  const { cursor } = confirmedIn(await beginningOf(replayed));
  const resumed = await chat.handle(
    app.get(`/${id}/stream`, { 'last-event-id': cursor }),
  );
  expect(await beginningOf(resumed)).toBe(':\n');
  app.end.open();
  await posted.text();
});
