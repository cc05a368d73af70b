import { spawnSync } from 'node:child_process';

/** Before the browser tests: builds the package and the examples that use it. */
export function setup(): void {
  npm('run', 'build');
  npm('run', 'build', '--workspace', 'examples/next');
  npm('run', 'build', '--workspace', 'examples/collab');
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
