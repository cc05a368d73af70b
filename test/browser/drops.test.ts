import { cuttingProxy } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';
import { hearStory, STORY } from './support/story.js';
import { useStage } from './support/stage.js';

const stage = useStage();

it('goes on where it was after being offline in mid-answer', async () => {
  const whole = stage.said(hearStory);
  await using proxy = await cuttingProxy({ target: stage.example.url });
  const device = await stage.startDevice(proxy.url);
  const tab = await device.openTab();
  await tab.ask(STORY.prompt);
  await tab.shows(STORY.early);

  await device.setOffline(true);
  proxy.breakAll();
  await tab.isConnection('offline');
  await device.setOffline(false);

  await tab.isConnection('connected');
  await tab.finishes(STORY.end);
  expect(await tab.said()).toEqual(await whole);
  expect(tab.statuses).not.toContain('error');
  expect(tab.posts).toBe(1);
});

it('[A8] shows the rest of an answer that ended while it was offline', async () => {
  const whole = stage.said(hearStory);
  await using proxy = await cuttingProxy({ target: stage.example.url });
  const device = await stage.startDevice(proxy.url);
  const tab = await device.openTab();
  await tab.ask(STORY.prompt);
  await tab.shows(STORY.early);

  await device.setOffline(true);
  proxy.breakAll();
  await tab.isConnection('offline');
  await stage.example.isIdle(tab.path);
  await tab.is('streaming');
  await device.setOffline(false);

  await tab.finishes(STORY.end);
  expect(await tab.said()).toEqual(await whole);
  expect(tab.statuses).not.toContain('error');
});

it('[A11] catches up when a frozen tab in the background comes back', async () => {
  const whole = stage.said(hearStory);
  await using proxy = await cuttingProxy({ target: stage.example.url });
  const device = await stage.startDevice(proxy.url);
  const tab = await device.openTab();
  await tab.ask(STORY.prompt);
  await tab.shows(STORY.early);

  await tab.leave();
  proxy.breakAll();
  await stage.example.isIdle(tab.path);
  await tab.comeBack();

  await tab.finishes(STORY.end);
  expect(await tab.said()).toEqual(await whole);
  expect(tab.statuses).not.toContain('error');
});
