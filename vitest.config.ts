import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import {
  defineConfig,
  type TestProjectInlineConfiguration,
} from 'vitest/config';
import { AcceptanceReporter } from './test/tools/acceptance-reporter.js';
import { ClosingReporter } from './test/tools/closing-reporter.js';
import { compileAngular } from './test/frameworks/support/compile-angular.js';
import { RuntimesReporter } from './test/runtimes/support/runtimes-reporter.js';
import { RUNTIMES, type Runtime } from './test/runtimes/support/runtimes.js';
import { findChromium } from './test/tools/find-chromium.js';
import { findNginx } from './test/tools/find-nginx.js';
import { BROWSER, scenarioFiles } from './test/tools/scenario-files.js';
import { sdkFiles } from './test/tools/sdk-files.js';
import { SDK_VERSIONS, type SdkVersion } from './test/tools/sdk-versions.js';

const source = (path: string): string =>
  fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** The package under its own name, so that tests import it as users do. */
const own = {
  'ai-durable-transport/server': source('server/index.ts'),
  'ai-durable-transport/session': source('session/index.ts'),
  'ai-durable-transport/react': source('react/index.ts'),
  'ai-durable-transport/tanstack-db': source('tanstack-db/index.ts'),
  'ai-durable-transport/otel': source('otel/index.ts'),
  'ai-durable-transport/embedded': source('embedded/index.ts'),
  'ai-durable-transport/testing': source('testing/index.ts'),
  'ai-durable-transport': source('index.ts'),
};

const files = Object.entries(own).map(([name, replacement]) => ({
  find: new RegExp(`^${name}$`),
  replacement,
}));

/** Packages under their aliases, with their own entries, such as `ai/test`. */
const aliases = ({ packages }: SdkVersion) =>
  Object.entries(packages).map(([name, replacement]) => ({
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
  // Tests wait more than they work: one more than there are cores keeps those
  // busy, and none so late that it looks like a fault.
  maxWorkers: availableParallelism() + 1,
  sequence: { groupOrder: 1 },
};

type Files = Pick<
  NonNullable<TestProjectInlineConfiguration['test']>,
  'include' | 'exclude'
>;

/** The tests of these files on one version of the AI SDK. */
function onSdk(sdk: SdkVersion, tests: Files): TestProjectInlineConfiguration {
  return {
    resolve: { alias: [...files, ...aliases(sdk)] },
    test: {
      ...shared,
      ...tests,
      name: sdk.project,
      env: {
        AI_SDK_MAJOR: sdk.major,
        AI_SDK_PROJECT: sdk.project,
        AI_PACKAGE: sdk.packages['ai'] ?? 'ai',
      },
      // Half the time of a file goes into its imports: where no file counts
      // timers or sockets of the process, one worker runs many.
      isolate: tests === everything,
      // Inlined, the hooks import the same `ai` as the tests, not one of their
      // own.
      server: {
        deps: { inline: [/@ai-sdk\/react/, 'vitest-package-exports'] },
      },
    },
  };
}

const RUNNING = 'test/runtimes/';
const FRAMEWORKS = 'test/frameworks/';
const CHAOS = 'test/chaos/';
const BEHIND_NGINX = 'test/nginx/';

const nginx = findNginx();

const chromium = findChromium();

/** Real pages against the built example, after everything else has run. */
const browser: TestProjectInlineConfiguration = {
  test: {
    name: 'browser',
    retry,
    include: chromium ? [`${BROWSER}**/*.test.ts`] : [],
    globalSetup: ['test/tools/build-example.ts'],
    env: { CHROMIUM_PATH: chromium ?? '' },
    // Pages wait for their answers: meanwhile others can work.
    maxWorkers: 2,
    sequence: { groupOrder: 2 },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};

/** The server in processes of their own, on a runtime that is installed. */
const onRuntime = ({ project }: Runtime): TestProjectInlineConfiguration => ({
  resolve: { alias: files },
  test: {
    ...shared,
    name: project,
    include: [`${RUNNING}**/*.test.ts`],
    // The app runs elsewhere: files have nothing of each other's to see.
    isolate: false,
    env: { RUNTIME: project },
  },
});

/** The examples, as the compilers and servers of their frameworks take them. */
const frameworks: TestProjectInlineConfiguration = {
  plugins: [
    vue(),
    svelte({ configFile: false }),
    compileAngular('/examples/angular/'),
  ],
  // Svelte has other code for servers.
  resolve: { alias: files, conditions: ['browser'] },
  test: {
    ...shared,
    name: 'frameworks',
    include: [`${FRAMEWORKS}*.test.ts`],
    environment: `./${FRAMEWORKS}support/page-environment.ts`,
    server: { deps: { inline: [/@ai-sdk\/svelte/] } },
  },
};

/** The example for Workers, on the runtime that they have. */
const cloudflare: TestProjectInlineConfiguration = {
  resolve: { alias: files },
  test: {
    ...shared,
    name: 'cloudflare',
    include: [`${FRAMEWORKS}cloudflare/*.test.ts`],
  },
};

/** What runs on all versions, every file whose tests carry numbers among it. */
const scenarios = {
  include: ['test/conformance/**/*.test.{ts,tsx}', ...scenarioFiles().keys()],
  exclude: [`${BROWSER}**`],
} satisfies Files;

const everything: Files = {
  include: ['test/**/*.test.{ts,tsx}'],
  exclude: [
    BROWSER,
    RUNNING,
    FRAMEWORKS,
    CHAOS,
    ...(nginx ? [] : [BEHIND_NGINX]),
  ].map((it) => `${it}**`),
};

/** What the AI SDK may make a difference to: what calls it, or compares with it. */
const sensitive: Files = {
  include: [
    ...scenarios.include,
    ...sdkFiles(['protocol', 'session', 'client', 'regression']),
  ],
  exclude: scenarios.exclude,
};

const { v7, v6, v7Floor, v6Floor } = SDK_VERSIONS;

/** Servers that are killed: alone on the machine. */
const chaos: Files = { include: [`${CHAOS}**/*.test.ts`], exclude: [] };

/** Random histories for as long as one likes: `npm run soak`. */
const soak: Files = { include: ['test/histories/soak.ts'], exclude: [] };

/**
 * `--mode matrix`: the scenarios alone, and docs/acceptance.md from them.
 * `--mode runtimes`: the server on each runtime, and docs/runtimes.md.
 * `--mode soak`: random histories, until their time is over.
 * `--mode chaos`: three servers and their store, killed for half a minute.
 */
export default defineConfig(({ mode }) => {
  if (mode === 'runtimes') {
    const check = Boolean(process.env['CI']);
    const reporters = ['default', new RuntimesReporter({ check })];
    const projects = [...RUNTIMES.map(onRuntime), cloudflare];
    return { test: { reporters, projects } };
  }
  if (mode === 'soak') return { test: { projects: [onSdk(v7, soak)] } };
  if (mode === 'chaos') return { test: { projects: [onSdk(v7, chaos)] } };
  const isMatrix = mode === 'matrix';
  return {
    test: {
      passWithNoTests: chromium === undefined,
      reporters: [
        'default',
        new AcceptanceReporter({
          write: isMatrix || process.env['WRITE_ACCEPTANCE'] === 'yes',
        }),
        new ClosingReporter({
          chromium,
          nginx,
          summary: Boolean(process.env.CI),
        }),
      ],
      projects: [
        onSdk(v7, isMatrix ? scenarios : everything),
        onSdk(v6, isMatrix ? scenarios : sensitive),
        onSdk(v7Floor, scenarios),
        onSdk(v6Floor, scenarios),
        ...(isMatrix ? [] : [frameworks]),
        browser,
      ],
    },
  };
});
