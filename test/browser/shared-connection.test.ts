import type { Browser, BrowserContext } from 'playwright-core';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  vi,
} from 'vitest';
import { sequence } from '../support/sequence.js';
import { launchBrowser } from './support/launch-browser.js';
import {
  SessionPage,
  startSessionPages,
  type SessionPages,
} from './support/session-pages.js';

let browser: Browser;
let pages: SessionPages;
let context: BrowserContext;
beforeAll(async () => {
  [browser, pages] = await Promise.all([launchBrowser(), startSessionPages()]);
});
afterAll(async () => {
  await browser.close();
  await pages[Symbol.asyncDispose]();
});
beforeEach(async () => {
  context = await browser.newContext({ baseURL: pages.url });
});
afterEach(async () => {
  await context.close();
  await isOpen(0);
});

const nextChat = sequence('tabs');
const QUESTION = Array.from({ length: 120 }, (_, n) => `w${n}`).join(' ');
const WHOLE = [QUESTION, `echo hears ${QUESTION}`];

/** Resolves when the server has so many connections. */
const isOpen = (count: number): Promise<boolean> =>
  vi.waitUntil(() => pages.open.size === count, {
    timeout: 20_000,
    interval: 20,
  });

async function threeTabs(): Promise<[SessionPage, SessionPage, SessionPage]> {
  const chat = nextChat();
  const first = await SessionPage.open(context, chat);
  const second = await SessionPage.open(context, chat);
  const third = await SessionPage.open(context, chat);
  await isOpen(1);
  return [first, second, third];
}

describe('three tabs of a browser', () => {
  it('have one connection to the server, and see an answer live in each', async () => {
    const tabs = await threeTabs();
    const asked = pages.asked();
    await tabs[2].say(QUESTION);
    for (const word of ['w10', 'w60', 'w100']) {
      await Promise.all(tabs.map((tab) => tab.hears(word)));
      expect(pages.open.size).toBe(1);
    }
    for (const tab of tabs) {
      await tab.rests();
      expect(await tab.now()).toMatchObject({ texts: WHOLE, online: 3 });
    }
    expect(pages.asked()).toBe(asked);
  });

  it('go on over one when the tab that has it is closed in mid-answer', async () => {
    const [first, second, third] = await threeTabs();
    await second.say(QUESTION);
    await Promise.all([second.hears('w20'), third.hears('w20')]);
    await first.page.close();
    await Promise.all([second.hears('w50'), third.hears('w50')]);
    await isOpen(1);
    await second.page.close();
    await third.rests();
    expect((await third.now()).texts).toEqual(WHOLE);
    await isOpen(1);
    await vi.waitUntil(async () => (await third.now()).online === 1, {
      timeout: 20_000,
    });
  });

  it('go on over one while the tab that has it stands still', async () => {
    const [first, second, third] = await threeTabs();
    await second.say(QUESTION);
    await third.hears('w20');
    await first.setFrozen(true);
    await Promise.all([second.rests(), third.rests()]);
    for (const tab of [second, third]) {
      expect((await tab.now()).texts).toEqual(WHOLE);
    }
    await isOpen(1);
    await first.setFrozen(false);
    await first.rests();
    expect((await first.now()).texts).toEqual(WHOLE);
    await isOpen(1);
  });
});

it('never sends what one user reads to a tab of another user', async () => {
  await context.addInitScript(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    window.BroadcastChannel = class extends BroadcastChannel {
      constructor(name: string) {
        super(name);
        this.addEventListener('message', ({ data }) => heard.push(data));
      }
    };
  });
  const chat = nextChat();
  const ann = await SessionPage.open(context, chat, 'ann');
  const bob = await SessionPage.open(context, chat, 'bob');
  const other = await SessionPage.open(context, chat, 'bob');
  await isOpen(2);
  await ann.say(QUESTION);
  await Promise.all([ann.rests(), bob.rests(), other.rests()]);
  const heardIn = async ({ page }: SessionPage): Promise<string> =>
    JSON.stringify(await page.evaluate(() => Reflect.get(window, 'heard')));
  expect(await heardIn(ann)).not.toContain('w10');
  // By one of the two, the other one hears it all.
  const ofBob = [await heardIn(bob), await heardIn(other)];
  expect(ofBob.filter((heard) => heard.includes('w10'))).toHaveLength(1);
  for (const tab of [bob, other]) {
    expect((await tab.now()).texts).toEqual(WHOLE);
  }
  const readers = [...pages.open].map((id) => id.replace(/ .*/, ''));
  expect(readers.toSorted()).toEqual(['ann', 'bob']);
});
