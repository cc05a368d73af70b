import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createStream, logTarget } from '../../src/log/index.js';
import { runRecord } from '../../src/protocol/index.js';
import { RUN } from '../cli/support/leave-chat.js';
import { rawStatus } from '../support/raw-status.js';
import { readLog } from '../support/read-log.js';
import { InspectorStage } from './support/inspector-stage.js';
import { SlowAnswer } from './support/said-slowly.js';

let stage: InspectorStage;
beforeAll(async () => {
  stage = await InspectorStage.start();
});
afterAll(() => stage[Symbol.asyncDispose]());

let page: Page;
afterEach(() => page.close());

const begin = (chatId: string, at?: number): Promise<SlowAnswer> =>
  SlowAnswer.begin(stage.streams, chatId, at);

/** The answer as it is shown. */
const answer = () => page.locator('.message[data-role=assistant]');
const row = (number: number) => page.locator(`#record-${number}`);
const place = () => page.locator('.timeline-place');
const pill = () => page.locator('.connection-log summary');
const button = (name: string) =>
  page.getByRole('button', { name, exact: true });

async function statusOfRun(chatId: string): Promise<string | undefined> {
  const records = await readLog(stage.streams, chatId);
  return records
    .flatMap((one) => (one.type === 'run' ? [one.value.status] : []))
    .at(-1);
}

describe('the inspector', () => {
  it('shows records as they arrive, and the message as it was at an earlier one', async () => {
    const slow = await begin('first');
    page = await stage.open('first');
    await place().getByText('#3 of 3').waitFor();
    await slow.say('A', 'lake', 'at', 'dawn');
    await answer().getByText('A lake at dawn').waitFor();
    expect(await row(7).textContent()).toContain('assistant');
    const slider = page.getByRole('slider', { name: 'Record' });
    await slider.focus();
    await slider.press('ArrowLeft');
    await slider.press('ArrowLeft');
    await answer()
      .getByText(/^A lake\s*$/)
      .waitFor();
    await place().getByText('#5 of 7').waitFor();
    // What comes now does not move it.
    await slow.say('and');
    await place().getByText('#5 of 8').waitFor();
    expect(await answer().textContent()).not.toContain('dawn');
    await button('Live').click();
    await answer().getByText('A lake at dawn and').waitFor();
  });

  it('shows the chat as it was after each record', async () => {
    const slow = await begin('slider');
    await slow.say('A', 'lake', 'at', 'dawn');
    page = await stage.open('slider');
    await place().getByText('#7 of 7').waitFor();
    const slider = page.getByRole('slider', { name: 'Record' });
    const texts = ['', 'A', 'A lake', 'A lake at', 'A lake at dawn'];
    /** What was said after so many records. */
    const saidAt = async (number: number): Promise<string[]> => {
      await slider.fill(String(number));
      await place().getByText(`#${number} of 7`).waitFor();
      await page.locator('.messages[aria-busy=false]').waitFor();
      const said = await page.locator('.message .part-text').allTextContents();
      return said.map((text) => text.trim());
    };
    const question = 'What do you see?';
    expect(await saidAt(0)).toEqual([]);
    expect(await saidAt(1)).toEqual([question]);
    expect(await saidAt(2)).toEqual([question]);
    for (const number of [7, 3, 6, 4, 5]) {
      expect(await saidAt(number)).toEqual([question, texts[number - 3]]);
    }
    // Where it stands now a reader goes on with the two records after it.
    const offset = await place().locator('code').textContent();
    const rest = await fetch(
      `${stage.streams.url}/slider/log?offset=${offset}`,
    );
    expect(await rest.json()).toHaveLength(2);
  });

  it('finds records by their text, type and run', async () => {
    const slow = await begin('filtered');
    await slow.say('needle', 'hay', 'hay');
    page = await stage.open('filtered');
    await row(6).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('needle');
    await page.getByText('1 of 6').waitFor();
    expect(await page.locator('.record').count()).toBe(1);
    await page.getByText('1 of 6').click();
    await page.getByRole('button', { name: /^message/ }).click();
    await page.getByText('1 of 6').waitFor();
    await slow.say('more hay');
    await page.getByText('1 of 7').click();
    await page.getByRole('button', { name: 'r1', exact: true }).click();
    await page.getByText('6 of 7').waitFor();
    expect(await page.locator('.record-type[data-type=message]').count()).toBe(
      0,
    );
  });

  it('stops a run, so that its writer is refused', async () => {
    const slow = await begin('stopped');
    page = await stage.open('stopped');
    expect(await button('Seal').isDisabled()).toBe(true);
    await button('Stop').click();
    await page.locator('.run[data-status=stopped]').waitFor();
    await page.getByText('its writer is fenced off').waitFor();
    await expect(slow.say('no')).rejects.toThrow('fenced');
    expect(await statusOfRun('stopped')).toBe('stopped');
  });

  it('seals a run whose writer died', async () => {
    await begin('dead', Date.now() - 60_000);
    page = await stage.open('dead');
    await page.getByText('presumed dead').waitFor();
    await button('Seal').click();
    await page.locator('.run[data-status=interrupted]').waitFor();
    expect(await statusOfRun('dead')).toBe('interrupted');
  });

  it('resumes where its connection was cut, with nothing twice', async () => {
    const slow = await begin('cut');
    page = await stage.open('cut');
    await row(3).waitFor();
    const reads = (): number =>
      stage.streams.count({ method: 'GET', url: '/cut/log' });
    const before = reads();
    await button('Drop').click();
    await pill().click();
    await page.getByText('Resumed').first().waitFor();
    expect(reads()).toBe(before + 1);
    await page.getByLabel('Offline').check();
    await page.getByText('Reconnecting').waitFor();
    await slow.say('while', 'nobody', 'looked');
    expect(await row(4).count()).toBe(0);
    await page.getByLabel('Offline').uncheck();
    await page.getByText('Resumed: 3 records at once').waitFor();
    await answer().getByText('while nobody looked').waitFor();
    await place().getByText('#6 of 6').waitFor();
  });

  it('lets what comes over its connection come later', async () => {
    const slow = await begin('delayed');
    page = await stage.open('delayed');
    await row(3).waitFor();
    const steered = page.waitForResponse(/\/api\/line\?/);
    await page.getByLabel('Delay').selectOption('0.5 s');
    await steered;
    const before = performance.now();
    await slow.say('late');
    await row(4).waitFor();
    expect(performance.now() - before).toBeGreaterThan(450);
    await place().getByText('#4 of 4').waitFor();
  });

  it('runs nothing that stands in a chat, and bears what is no record', async () => {
    const evil = '<img src=x onerror="owned=1"><script>owned=1</script>';
    const parts = [
      { type: 'text', text: evil },
      { type: 'text', text: { toString: 1 } },
      { type: 'file', url: 'javascript:owned=1', mediaType: evil },
      { type: 'file', url: `data:image/svg+xml,${evil}`, filename: {} },
      { type: `tool-${evil}`, toolCallId: 'c', state: evil, input: { evil } },
      { type: 'source-url', url: 'javascript:owned=1', title: evil },
      { type: evil },
    ];
    const value = { id: evil, role: 'user', parts, parentId: null };
    const about = { actorId: evil, createdAt: Number.MAX_SAFE_INTEGER };
    const headers = { operation: 'insert' };
    const message = { type: 'message', key: evil, headers };
    const run = { runId: 'r1', messageId: 'a1', actorId: evil, seq: 0 };
    const chunks = [{ type: 'text-delta', id: [] }];
    const chunk = { ...run, role: 'assistant', chunks };
    const odd = [null, 7, 'text', [[]], {}, { type: {} }];
    const items = [
      { ...message, value: { ...value, ...about } },
      { ...message, value: { ...value, ...about, parts: [null] } },
      { type: evil, key: evil, headers: { offset: evil } },
      { type: 'run', key: 'r', value: { id: 'r', status: evil }, headers },
      runRecord({ ...RUN, parentId: evil, error: evil }),
      { type: 'chunk', key: 'r1:0', value: chunk, headers },
      ...odd,
    ];
    const body = JSON.stringify(items);
    await createStream(logTarget(stage.streams, 'hostile'), { body });
    page = await stage.open('none');
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.evaluate(() => void (location.hash = '#chat=hostile'));
    await place().getByText(`#${items.length} of ${items.length}`).waitFor();
    await page.locator('.part-text').first().waitFor();
    expect(await page.locator('.message').textContent()).toContain(evil);
    await page.getByRole('listbox').focus();
    for (let number = items.length; number > 0; number -= 1) {
      await page.keyboard.press('ArrowUp');
      await place()
        .getByText(`#${Math.max(1, number - 1)} of`)
        .waitFor();
      await page.locator('.detail pre').waitFor();
    }
    expect(errors).toEqual([]);
    expect(await page.evaluate(() => 'owned' in window)).toBe(false);
    expect(await page.title()).toBe('hostile · Inspector');
    expect(
      await page.locator('.main :is(script, [href], [onerror])').count(),
    ).toBe(0);
  });

  it('opens a chat by its id, and says which is not there', async () => {
    await begin('by its id');
    page = await stage.open('first');
    const field = page.getByPlaceholder('Open a chat by its id');
    await field.fill('nowhere');
    await field.press('Enter');
    await page.getByText('There is no chat "nowhere".').waitFor();
    await field.fill('by its id');
    await field.press('Enter');
    await page.getByRole('heading', { name: 'by its id' }).waitFor();
    await row(3).waitFor();
    expect(new URL(page.url()).hash).toBe('#chat=by+its+id');
  });

  it('serves more tabs than a browser opens connections for one', async () => {
    await begin('many tabs');
    const tabs = [];
    for (let count = 0; count < 5; count += 1) {
      tabs.push(await stage.open('many tabs'));
    }
    page = tabs[0] ?? (await stage.open('many tabs'));
    const shown = tabs.map((tab) =>
      tab.locator('.message[data-role=user]').waitFor(),
    );
    await Promise.all(shown);
    expect(await button('Stop').isVisible()).toBe(true);
    await Promise.all(tabs.slice(1).map((tab) => tab.close()));
  });

  it('is at ease with 20,000 records', async () => {
    const slow = await begin('long');
    await slow.sayMany(20_000);
    page = await stage.open('long');
    await place().getByText('#20003 of 20003').waitFor();
    expect(await page.locator('.record').count()).toBeLessThan(100);
    await row(20_003).waitFor();
    await page.getByRole('listbox').focus();
    await page.keyboard.press('Home');
    await row(1).waitFor();
    await place().getByText('#1 of 20003').waitFor();
    await page.getByLabel('Search in records').fill('w19998');
    await page.getByText('1 of 20003').first().waitFor();
  });

  it('answers only who has its address, under its own name', async () => {
    page = await stage.open('first');
    const url = new URL(stage.url);
    const right = `/${url.search}`;
    const status = (path: string, headers = {}) =>
      rawStatus(url, path, headers);
    expect(await status('/')).toBe(403);
    expect(await status('/?token=no')).toBe(403);
    expect(await status('/api/moment?feed=x&number=1')).toBe(403);
    // What is no URL, which a page elsewhere may send, does not end it.
    expect(await status('//')).toBe(403);
    expect(await status(right)).toBe(200);
    expect(await status(right, { origin: 'http://evil.test' })).toBe(403);
    const { port } = url;
    expect(await status(right, { host: `localhost:${port}` })).toBe(200);
    // A name that was made to point here: DNS rebinding.
    expect(await status(right, { host: `evil.test:${port}` })).toBe(403);
    const answered = await fetch(stage.url);
    expect(answered.headers.get('access-control-allow-origin')).toBeNull();
    expect(await answered.text()).not.toContain('secret');
  });
});
