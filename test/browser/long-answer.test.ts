import { cuttingProxy } from 'ai-durable-transport/testing';
import { describe, expect, it } from 'vitest';
import { ExampleServer } from './support/example-server.js';
import { useStage } from './support/stage.js';
import { hearStory, STORY } from './support/story.js';

const stage = useStage();

it('[A1] [A3] shows the whole answer once after reloads in its middle and after its end', async () => {
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

  await tab.reloadIdle();

  expect(await tab.said()).toEqual(await whole);
  expect(tab.statuses).toEqual(['ready']);
});

describe('a lost connection', () => {
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
});

describe('several tabs', () => {
  it('[A14] shows a device that joins in mid-answer the beginning, then goes on live', async () => {
    const whole = await stage.said(hearStory);
    const first = await (await stage.startDevice()).openTab();
    // Its browser has started before the answer: that may take as long.
    const second = await (await stage.startDevice()).openTab();
    await first.ask(STORY.prompt);
    await first.shows(STORY.opening);

    second.forget();
    await second.page.goto(first.path);
    await second.shows(STORY.opening);
    await Promise.all([first.finishes(STORY.end), second.finishes(STORY.end)]);

    expect(await second.said()).toEqual(whole);
    expect(await first.said()).toEqual(whole);
    expect(second.statuses).toContain('streaming');
    expect(second.posts).toBe(0);
  });

  it('shows an idle tab what another tab asks, and its answer live', async () => {
    const whole = stage.said(hearStory);
    const device = await stage.startDevice();
    const first = await device.openTab();
    const second = await device.openTab(first.path);
    await second.reloadIdle();
    await first.ask(STORY.prompt);

    await Promise.all([first.finishes(STORY.end), second.finishes(STORY.end)]);

    expect(await second.said()).toEqual(await whole);
    expect(second.statuses).toContain('streaming');
    expect(second.posts).toBe(0);
  });

  it('shows the question, too, that another device asks while a page loads', async () => {
    const whole = stage.said(hearStory);
    const first = await (await stage.startDevice()).openTab();
    const late = await stage.startDevice();
    const resume = await late.holdResume();
    const second = await late.openTab(first.path);
    await resume.asked;
    await first.ask(STORY.prompt);
    await first.shows(STORY.opening);
    resume.release();

    await Promise.all([first.finishes(STORY.end), second.finishes(STORY.end)]);

    expect(await second.said()).toEqual(await whole);
  });

  it('[A23] [A27] stops in every tab what one tab stops, for good', async () => {
    const whole = stage.said(hearStory);
    // So slow that a tab opens before its end, whatever else the machine does.
    await using slow = await ExampleServer.start({ DEMO_DELAY_MS: '80' });
    const device = await stage.startDevice(slow.url);
    const first = await device.openTab();
    await first.ask(STORY.prompt);
    await first.shows(STORY.opening);
    const second = await device.openTab(first.path);
    await second.shows(STORY.opening);

    await second.one('stop').click();
    await Promise.all([first.is('ready'), second.is('ready')]);
    await slow.isIdle(first.path);

    const partial = await first.said();
    const [, answer = ''] = partial;
    const [, complete = ''] = await whole;
    const kept = lettersOf(answer.replace(/Stopped here$/, ''));
    expect(lettersOf(complete).startsWith(kept)).toBe(true);
    expect(answer).not.toContain(STORY.end);
    expect(await second.said()).toEqual(partial);

    for (const tab of [first, second]) {
      await tab.reloadIdle();
      expect(await tab.said()).toEqual(partial);
      expect(tab.statuses).toEqual(['ready']);
    }
  });
});

/** Markup that is cut in its middle shows, so it may not be compared. */
function lettersOf(text: string): string {
  return text.replaceAll(/\P{L}/gu, '');
}
