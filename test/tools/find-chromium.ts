import { existsSync } from 'node:fs';

/** The quickest first. */
const PLACES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser that `CHROMIUM_PATH` names, else one that is installed. */
export const findChromium = (): string | undefined =>
  [process.env['CHROMIUM_PATH'], ...PLACES].find(
    (path) => path !== undefined && path !== '' && existsSync(path),
  );
