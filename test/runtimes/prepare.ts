/**
 * Before the runtimes' tests: installs the runtimes, which are too large for
 * the repository's own `npm install`, and bundles the app for each,
 * and the example for Workers.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync } from 'node:fs';
import { basename } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { isOlder } from '../tools/is-older.js';
import { NEXT_SCRIPT, pathOf } from './support/runtimes.js';

const EXAMPLES = '../../examples';
const WORKER_TESTS = '../frameworks/cloudflare';

const common = {
  outdir: pathOf('dist'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  target: 'es2022',
  // The package is what it is to its users: what it exports, built.
  tsconfigRaw: {},
} as const satisfies BuildOptions;

/** Only the app itself: packages are found as the runtime finds them. */
async function bundleForFiles(): Promise<void> {
  const entries = ['on-node', 'on-bun', 'on-deno', 'chat-app'];
  await build({
    ...common,
    entryPoints: entries.map((entry) => pathOf(`app/${entry}.ts`)),
    platform: 'neutral',
    packages: 'external',
  });
}

/** All that an app needs, as a bundler for Workers does it. */
async function bundleForWorkers(): Promise<void> {
  await build({
    ...common,
    entryPoints: {
      'on-workerd': pathOf('app/on-workerd.ts'),
      'cloudflare-worker': pathOf(`${EXAMPLES}/servers/cloudflare/worker.ts`),
    },
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    // Of `./testing` alone, for other tests than these. What is not left out
    // as unused, workerd refuses.
    external: ['node:*', '@durable-streams/server'],
  });
  for (const config of ['app/workerd.capnp', `${WORKER_TESTS}/worker.capnp`])
    copyFileSync(pathOf(config), pathOf(`dist/${basename(config)}`));
}

/** Next bundles packages itself, for both of its runtimes. */
function buildNext(): void {
  console.log('Building the app for Next …');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [NEXT_SCRIPT, 'build', pathOf('next')],
    { encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
  );
  if (status !== 0) throw new Error(`next build failed:\n${stdout}${stderr}`);
}

function install(folder: string): void {
  const done = `${folder}/node_modules/.package-lock.json`;
  if (!isOlder(done, `${folder}/package.json`)) return;
  console.log(`Installing the runtimes into ${folder} …`);
  const args = ['install', '--no-audit', '--no-fund', '--prefix', folder];
  const { status } = spawnSync('npm', args, { stdio: 'inherit' });
  if (status !== 0) throw new Error('npm install of the runtimes failed.');
}

function checkBuild(): void {
  const sources = globSync('src/**/*.ts');
  if (!sources.some((source) => isOlder('dist/index.js', source))) return;
  throw new Error('dist/ is older than src/: run npm run build first.');
}

checkBuild();
install(pathOf('binaries'));
await Promise.all([bundleForFiles(), bundleForWorkers()]);
buildNext();
