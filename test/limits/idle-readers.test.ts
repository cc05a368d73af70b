import { expect, it } from 'vitest';
import { untilLogged } from '../support/read-log.js';
import { openInProcessApp, question } from './in-process-app.js';

const READERS = 1_000;

it(`${READERS} readers that come at once share one reader of the log`, async () => {
  await using app = await openInProcessApp();
  const { chat, streams } = app;
  const id = 'popular';
  const posted = await chat.handle(app.post({ id, messages: [question()] }));
  app.say('Hello');
  await untilLogged(streams, id, 'Hello');
  const before = streams.requests.length;
  const responses = await Promise.all(
    Array.from({ length: READERS }, () =>
      chat.handle(app.get(`/${id}/stream`)),
    ),
  );
  const readers = responses.flatMap(({ body }) =>
    body === null ? [] : [body.getReader()],
  );
  expect(readers).toHaveLength(READERS);
  const decoder = new TextDecoder();
  for (const reader of readers) {
    const first = await reader.read();
    expect(decoder.decode(first.value)).toContain('Hello');
  }
  const asked = streams.requests.slice(before);
  expect(asked.filter(({ url }) => url.includes('live=sse'))).toHaveLength(1);
  // Load, follow, and a look or two at where the log ends.
  expect(asked.length).toBeLessThan(10);
  const rest = readers.map((reader) => reader.read());
  app.say(' to all');
  for (const next of await Promise.all(rest)) {
    expect(decoder.decode(next.value)).toContain(' to all');
  }
  await Promise.all(readers.map((reader) => reader.cancel()));
  app.end.open();
  await posted.text();
});
