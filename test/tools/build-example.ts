import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { isOlder } from './is-older.js';

const SOURCES = ['src/**/*.*', 'tsup*.ts', 'tsconfig.json', 'package.json'];
/** What the two halves of a build leave; the second one comes last. */
const BUILT = ['dist/index.js', 'dist/index.d.ts', 'dist/cli/main.js'];

/** Before the browser tests: builds the package and the examples that use it. */
export function setup(): void {
  if (!isBuilt()) npm('run', 'build');
  npm('run', 'build', '--workspace', 'examples/next');
  npm('run', 'build', '--workspace', 'examples/collab');
}

/** Whether the package was built since anything changed that it is made of. */
function isBuilt(): boolean {
  const sources = globSync(SOURCES);
  return !BUILT.some((it) => sources.some((source) => isOlder(it, source)));
}

function npm(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    encoding: 'utf8',
    // vitest sets `test`, which Next would build into the pages.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status === 0) return;
  throw new Error(`npm ${args.join(' ')} failed:\n${stdout}${stderr}`);
}
