import { expect, it } from 'vitest';
import { ExampleServer } from './support/example-server.js';
import { hearStory, STORY } from './support/story.js';
import { useStage } from './support/stage.js';

/** A second, and the five that clocks may differ. */
const LEASE_MS = '1000';

const stage = useStage();

it('[A30] ends an answer whose server died, and answers again', async () => {
  const whole = stage.said(hearStory);
  await using example = await ExampleServer.start({ DEMO_LEASE_MS: LEASE_MS });
  const device = await stage.startDevice(example.url);
  const tab = await device.openTab();
  await tab.ask(STORY.prompt);
  await tab.shows(STORY.early);

  await example.crash();
  await tab.isConnection('reconnecting');
  await example.start();

  await tab.is('error');
  await tab.one('error').waitFor();
  await tab.shows(STORY.early);
  expect(tab.posts).toBe(1);

  await tab.one('regenerate').click();
  await tab.finishes(STORY.end);
  expect(await tab.one('error').count()).toBe(0);
  expect(await tab.said()).toEqual(await whole);

  await tab.page.reload();
  expect(await tab.said()).toEqual(await whole);
});
