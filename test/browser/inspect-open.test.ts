import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, vi } from 'vitest';

// Other systems open their browsers by other programs.
it.runIf(process.platform === 'linux')(
  '`inspect --open` opens the page that it prints',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'open-'));
    const opened = join(dir, 'opened');
    const browser = join(dir, 'xdg-open');
    await writeFile(
      browser,
      `#!/bin/sh\necho "$@" > ${opened}.part\nmv ${opened}.part ${opened}\n`,
    );
    await chmod(browser, 0o755);
    const PATH = `${dir}${delimiter}${process.env['PATH']}`;
    const args = [
      'dist/cli/main.js',
      'inspect',
      'http://127.0.0.1:9',
      '--open',
    ];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PATH },
    });
    const said = text(child.stdout);
    const url = await vi.waitFor(() => readFile(opened, 'utf8'), {
      timeout: 20_000,
    });
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect((await said).split('\n')).toContain(url.trim());
    await rm(dir, { recursive: true, force: true });
  },
);
