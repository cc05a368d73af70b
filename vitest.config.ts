import { fileURLToPath } from 'node:url';
import {
  defineConfig,
  type TestProjectInlineConfiguration,
} from 'vitest/config';
import { ClosingReporter } from './test/tools/closing-reporter.js';
import { findChromium } from './test/tools/find-chromium.js';

const source = (path: string): string =>
  fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** The package under its own name, so that tests import it as users do. */
const own = {
  'ai-durable-transport/server': source('server/index.ts'),
  'ai-durable-transport/embedded': source('embedded/index.ts'),
  'ai-durable-transport/testing': source('testing/index.ts'),
  'ai-durable-transport': source('index.ts'),
};

/** The same tests on the AI SDK's other major: its packages under their aliases. */
const v6 = {
  ai: 'ai-v6',
  '@ai-sdk/react': '@ai-sdk/react-v6',
  '@ai-sdk/openai': '@ai-sdk/openai-v6',
  '@ai-sdk/anthropic': '@ai-sdk/anthropic-v6',
  '@ai-sdk/google': '@ai-sdk/google-v6',
};

const files = Object.entries(own).map(([name, replacement]) => ({
  find: new RegExp(`^${name}$`),
  replacement,
}));

/** With their own entries, such as `ai/test`. */
const packages = Object.entries(v6).map(([name, replacement]) => ({
  find: new RegExp(`^${name}(/.*)?$`),
  replacement: `${replacement}$1`,
}));

// On a shared machine a process may stand still for seconds; what fails for that
// reason does not fail three times. Locally nothing is tried again.
const retry = process.env['CI'] === 'true' ? 2 : 0;

const shared = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  retry,
  sequence: { groupOrder: 1 },
};

const chromium = findChromium();

/** Real pages against the built example, after everything else has run. */
const browser: TestProjectInlineConfiguration = {
  test: {
    name: 'browser',
    retry,
    include: chromium ? ['test/browser/**/*.test.ts'] : [],
    globalSetup: ['test/tools/build-example.ts'],
    env: { CHROMIUM_PATH: chromium ?? '' },
    fileParallelism: false,
    sequence: { groupOrder: 2 },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};

export default defineConfig({
  test: {
    passWithNoTests: chromium === undefined,
    reporters: [
      'default',
      new ClosingReporter({ chromium, summary: Boolean(process.env.CI) }),
    ],
    projects: [
      {
        resolve: { alias: files },
        test: {
          ...shared,
          name: 'v7',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/browser/**'],
          env: { AI_SDK_MAJOR: '7' },
          server: { deps: { inline: ['vitest-package-exports'] } },
        },
      },
      {
        resolve: { alias: [...files, ...packages] },
        test: {
          ...shared,
          name: 'v6',
          include: [
            'test/protocol/**/*.test.ts',
            'test/server/**/*.test.ts',
            'test/client/**/*.test.{ts,tsx}',
            'test/conformance/**/*.test.{ts,tsx}',
            'test/e2e/**/*.test.{ts,tsx}',
            'test/regression/**/*.test.{ts,tsx}',
          ],
          env: { AI_SDK_MAJOR: '6' },
        },
      },
      browser,
    ],
  },
});
