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

const PATIENCE = { timeout: 20_000, interval: 20 };
const nextChat = sequence('tabs');
const QUESTION = Array.from({ length: 120 }, (_, n) => `w${n}`).join(' ');
const WHOLE = [QUESTION, `echo hears ${QUESTION}`];

/** Resolves when the server has so many connections. */
const isOpen = (count: number): Promise<boolean> =>
  vi.waitUntil(() => pages.open.size === count, PATIENCE);

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
    await vi.waitUntil(async () => (await third.now()).online === 1, PATIENCE);
  });

  it('go on over one when the tab that has it is put to sleep', async () => {
    const [first, second, third] = await threeTabs();
    await second.say(QUESTION);
    await third.hears('w20');
    const asked = pages.asked();
    await first.tell('freeze');
    // Long before its silence would be noticed.
    await vi.waitUntil(() => pages.asked() > asked, PATIENCE);
    await Promise.all([second.rests(), third.rests()]);
    for (const tab of [second, third]) {
      expect((await tab.now()).texts).toEqual(WHOLE);
    }
    await isOpen(1);
    await first.tell('resume');
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
        this.addEventListener('message', ({ data }) =>
          heard.push(`${name} ${JSON.stringify(data)}`),
        );
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
  const heardIn = async ({ page }: SessionPage): Promise<string[]> => {
    const heard = await page.evaluate(() => Reflect.get(window, 'heard'));
    return [heard]
      .flat()
      .map(String)
      .filter((said) => said.includes('w10'));
  };
  expect(await heardIn(ann)).toEqual([]);
  const ofBob = [...(await heardIn(bob)), ...(await heardIn(other))];
  expect(ofBob.length).toBeGreaterThan(0);
  for (const said of ofBob) expect(said).toContain('bob');
  for (const tab of [bob, other]) {
    expect((await tab.now()).texts).toEqual(WHOLE);
  }
  await vi.waitUntil(() => {
    const readers = [...pages.open.keys()].map((id) => id.replace(/ .*/, ''));
    return readers.toSorted().join() === 'ann,bob';
  }, PATIENCE);
});
