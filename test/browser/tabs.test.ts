import { expect, it } from 'vitest';
import { hearStory, STORY } from './support/story.js';
import { useStage } from './support/stage.js';

const stage = useStage();

it('[A14] shows a device that joins in mid-answer the beginning, then goes on live', async () => {
  const whole = stage.said(hearStory);
  const first = await (await stage.startDevice()).openTab();
  await first.ask(STORY.prompt);
  await first.shows(STORY.early);

  const second = await (await stage.startDevice()).openTab(first.path);
  await second.shows(STORY.opening);
  await second.shows(STORY.late);
  await second.is('streaming');

  await Promise.all([first.finishes(STORY.end), second.finishes(STORY.end)]);
  expect(await second.said()).toEqual(await whole);
  expect(await first.said()).toEqual(await whole);
  expect(second.posts).toBe(0);
});

it('shows an idle tab what another tab asks, and its answer live', async () => {
  const whole = stage.said(hearStory);
  const device = await stage.startDevice();
  const first = await device.openTab();
  const second = await device.openTab(first.path);
  await second.is('ready');
  await first.ask(STORY.prompt);

  await second.shows(STORY.early);
  await second.is('streaming');

  await Promise.all([first.finishes(STORY.end), second.finishes(STORY.end)]);
  expect(await second.said()).toEqual(await whole);
  expect(second.posts).toBe(0);
});

it('[A23] [A27] stops in every tab what one tab stops, for good', async () => {
  const whole = stage.said(hearStory);
  const device = await stage.startDevice();
  const first = await device.openTab();
  await first.ask(STORY.prompt);
  await first.shows(STORY.opening);
  const second = await device.openTab(first.path);
  await second.shows(STORY.early);

  await second.one('stop').click();
  await Promise.all([first.is('ready'), second.is('ready')]);
  await stage.example.isIdle(first.path);

  const partial = await first.said();
  const [, answer = ''] = partial;
  expect((await whole)[1]).toContain(answer.replace(/Stopped here$/, ''));
  expect(answer).not.toContain(STORY.end);
  expect(await second.said()).toEqual(partial);

  for (const tab of [first, second]) {
    tab.forget();
    const nothing = tab.resumesNothing();
    await tab.page.reload();
    await nothing;
    expect(await tab.said()).toEqual(partial);
    expect(tab.statuses).toEqual(['ready']);
  }
});
