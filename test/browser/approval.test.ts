import { expect, it } from 'vitest';
import {
  askForDeployment,
  deploy,
  DEPLOYMENT,
  type Decision,
} from './support/deployment.js';
import { useStage } from './support/stage.js';

const stage = useStage();

const DECISIONS: readonly Decision[] = ['approve', 'deny'];

it.for(DECISIONS)(
  '[A17] [A20] settles a tool once that is asked about before a reload: %s',
  async (decision) => {
    const whole = stage.said(deploy[decision]);
    const { state, early, end } = DEPLOYMENT[decision];
    const device = await stage.startDevice();
    const tab = await device.openTab();
    await askForDeployment(tab);

    await tab.page.reload();
    await tab.one(decision).click();
    await tab.shows(early);
    tab.forget();
    await tab.page.reload();

    await tab.finishes(end);
    expect(await tab.said()).toEqual(await whole);
    expect(await tab.toolStates()).toEqual([state]);
    expect(await tab.one('approve').count()).toBe(0);
    expect(tab.statuses).not.toContain('error');
    expect(tab.posts).toBe(2);
  },
);

it('asks in every tab and takes the answer of one', async () => {
  const whole = stage.said(deploy.approve);
  const device = await stage.startDevice();
  const first = await device.openTab();
  await askForDeployment(first);
  const second = await device.openTab(first.path);
  await second.one('approve').click();

  const { state, end } = DEPLOYMENT.approve;
  await Promise.all([first.finishes(end), second.finishes(end)]);
  expect(await first.said()).toEqual(await whole);
  expect(await second.said()).toEqual(await whole);
  expect(await first.toolStates()).toEqual([state]);
  expect([first.posts, second.posts]).toEqual([1, 1]);
});
