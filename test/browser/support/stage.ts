import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { Device } from './device.js';
import { ExampleServer, NEXT, type Example } from './example-server.js';
import { launchBrowser } from './launch-browser.js';
import type { Play } from './play.js';
import { saveScreenshots } from './save-screenshots.js';
import { Undisturbed } from './undisturbed.js';

/** What the tests of a file share: a server, a browser, and what to expect. */
export class Stage {
  #example: ExampleServer | undefined;
  #browser: Browser | undefined;
  #undisturbed: Undisturbed | undefined;
  readonly #devices: Device[] = [];

  get example(): ExampleServer {
    return standing(this.#example);
  }

  async open(example: Example): Promise<void> {
    const launched = launchBrowser();
    this.#example = await ExampleServer.start({}, example);
    this.#browser = await launched;
    this.#undisturbed = new Undisturbed(this.#browser, this.#example.url);
  }

  /** What the chat says after this play if nothing is in its way. */
  said(play: Play): Promise<readonly string[]> {
    return standing(this.#undisturbed).said(play);
  }

  /** Reaches the example directly, or what stands at the given origin. */
  async startDevice(origin = this.example.url): Promise<Device> {
    const device = await Device.start(standing(this.#browser), origin);
    this.#devices.push(device);
    return device;
  }

  /** After each test: its devices are gone, pictures remain of a failure. */
  async clear(failedTest: string | undefined): Promise<void> {
    const devices = this.#devices.splice(0);
    if (failedTest !== undefined) await saveScreenshots(failedTest, devices);
    await Promise.all(devices.map((device) => device.close()));
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#example?.[Symbol.asyncDispose]();
  }
}

/** Gives the tests of this file a stage, which stands while they run. */
export function useStage(example = NEXT): Stage {
  const stage = new Stage();
  beforeAll(() => stage.open(example));
  afterEach(async ({ task }) => {
    const hasFailed = task.result?.state === 'fail';
    await stage.clear(hasFailed ? task.name : undefined);
  });
  afterAll(() => stage.close());
  return stage;
}

function standing<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The stage stands in tests only.');
  return part;
}
