import type { Browser } from 'playwright-core';
import { test } from 'vitest';
import { Device } from './device.js';
import { ExampleServer } from './example-server.js';
import { launchBrowser } from './launch-browser.js';
import { saveScreenshots } from './save-screenshots.js';
import { Undisturbed } from './undisturbed.js';

/** What a test in the browser is given. */
export interface Stage {
  readonly browser: Browser;
  /** Shared by all tests: each has chats of its own. */
  readonly example: ExampleServer;
  readonly undisturbed: Undisturbed;
  /** A new device, which reaches the example directly or by way of an origin. */
  readonly startDevice: (origin?: string) => Promise<Device>;
}

/** For `test.extend`. A test's devices are gone after it. */
export const stage: Parameters<typeof test.extend<Stage>>[0] = {
  browser: [
    async ({}, use) => {
      const browser = await launchBrowser();
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  example: [
    async ({}, use) => {
      const example = await ExampleServer.start();
      await use(example);
      await example[Symbol.asyncDispose]();
    },
    { scope: 'worker' },
  ],
  undisturbed: [
    async ({ browser, example }, use) => {
      await use(new Undisturbed(browser, example.url));
    },
    { scope: 'worker' },
  ],
  startDevice: async ({ browser, example, task }, use) => {
    const devices: Device[] = [];
    await use(async (origin = example.url) => {
      const device = await Device.start(browser, origin);
      devices.push(device);
      return device;
    });
    if (task.result?.state === 'fail')
      await saveScreenshots(task.name, devices);
    await Promise.all(devices.map((device) => device.close()));
  },
};
