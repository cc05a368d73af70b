import { expect, it } from 'vitest';
import { hearStory, STORY } from './support/story.js';
import { useStage } from './support/stage.js';

const stage = useStage();

it('[A1] shows the whole answer once after a reload in mid-answer', async () => {
  const whole = stage.said(hearStory);
  const device = await stage.startDevice();
  const tab = await device.openTab();
  await tab.ask(STORY.prompt);
  await tab.shows(STORY.early);

  tab.forget();
  await tab.page.reload();

  await tab.finishes(STORY.end);
  expect(await tab.said()).toEqual(await whole);
  expect(tab.statuses).toContain('streaming');
  expect(tab.statuses).not.toContain('error');
});

it('[A3] leaves a finished answer alone after a reload', async () => {
  const device = await stage.startDevice();
  const tab = await device.openTab();
  await hearStory(tab);

  tab.forget();
  const nothing = tab.resumesNothing();
  await tab.page.reload();

  await nothing;
  expect(await tab.said()).toEqual(await stage.said(hearStory));
  expect(tab.statuses).toEqual(['ready']);
});
