import { mkdir } from 'node:fs/promises';
import type { Device } from './device.js';

const FOLDER = 'test-results';

/** What was to be seen in every tab when a test failed. */
export async function saveScreenshots(
  testName: string,
  devices: readonly Device[],
): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const stem = testName.replaceAll(/\W+/g, '-').slice(0, 80);
  const pages = devices.flatMap((device) => device.pages);
  await Promise.all(
    pages.map((page, index) =>
      page.screenshot({ path: `${FOLDER}/${stem}-${index + 1}.png` }),
    ),
  );
}
