import { scriptedModel, startStreams } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';
import { Traveller } from '../support/journey.js';
import {
  fileOf,
  filesIn,
  largeContent,
  MB,
  sha256At,
} from '../support/large-content.js';
import { loaded, storedSize } from '../support/large-chat.js';
import { openScene } from '../support/scene.js';

/** As what 8 MB take on each version of the AI SDK, on the newest: it takes its time. */
it('a film of 50 MB is stored out of line, the log stays small, a reload shows the same', async () => {
  await using streams = await startStreams();
  const film = largeContent(50 * MB);
  const model = scriptedModel([
    [
      { type: 'file', mediaType: 'video/mp4', data: film.base64 },
      { type: 'text', text: 'The end.' },
    ],
    [{ type: 'text', text: 'A fine film.' }],
  ]);
  await using scene = await openScene({ streams, model });
  const id = 'film';
  const tab = new Traveller(scene, { id });
  const live = await tab.send('Action!');
  expect(live.errors).toEqual([]);
  await scene.stored();
  expect(await storedSize(streams, id)).toBeLessThan(16_000);
  expect(await loaded(scene, id)).toEqual(live.messages);
  const { url } = fileOf(live.messages[1]);
  expect(await sha256At(scene.app.url + url)).toBe(film.sha256);
  const end = await fetch(scene.app.url + url, {
    headers: { range: 'bytes=-1000' },
  });
  expect(end.status).toBe(206);
  const last = Buffer.from(await end.arrayBuffer());
  expect(last.equals(film.bytes.subarray(-1_000))).toBe(true);
  await tab.send('How was it?');
  const [given = ''] = filesIn(await model.called(1));
  expect(given === film.base64).toBe(true);
  // On a machine that does much else.
}, 240_000);
