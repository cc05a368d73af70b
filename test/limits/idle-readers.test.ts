import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import { expect, it } from 'vitest';
import { untilLogged } from '../support/read-log.js';
import { openInProcessApp, question } from './in-process-app.js';

const READERS = 1_000;

it.each([
  { where: 'need none where it is written', followers: 0 },
  { where: 'share one on another instance', followers: 1 },
])(`of the log ${READERS} readers at once $where`, async ({ followers }) => {
  await using app = await openInProcessApp();
  const { chat, streams } = app;
  const other = createDurableChat({ streams, authorize: allowAnyone() });
  const readAt = followers === 0 ? chat : other;
  const id = 'popular';
  const posted = await chat.handle(app.post({ id, messages: [question()] }));
  app.say('Hello');
  await untilLogged(streams, id, 'Hello');
  const before = streams.requests.length;
  const responses = await Promise.all(
    Array.from({ length: READERS }, () =>
      readAt.handle(app.get(`/${id}/stream`)),
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
  const live = asked.filter(({ url }) => url.includes('live=sse'));
  expect(live).toHaveLength(followers);
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
