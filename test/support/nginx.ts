import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findNginx } from '../tools/find-nginx.js';

/** The caching proxy of docs/direct-reads.md before a streams server. */
export interface Nginx extends AsyncDisposable {
  readonly url: string;
  /** The same URL by way of the proxy, with a signature that it takes. */
  readonly sign: (asked: {
    readonly url: string;
    readonly expiresAt: number;
  }) => string;
}

const SECRET = 'a secret of this test';

export async function startNginx(origin: string): Promise<Nginx> {
  const dir = await mkdtemp(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(dir, 'nginx.conf');
  await writeFile(config, around(dir, await documented({ dir, port, origin })));
  const place = ['-p', dir, '-c', config, '-e', join(dir, 'error.log')];
  const nginx = spawn(findNginx() ?? 'nginx', place, { stdio: 'inherit' });
  await answering(url, nginx);
  return {
    url,
    sign: ({ url: log, expiresAt }) => {
      const { pathname } = new URL(log);
      const expires = Math.ceil(expiresAt / 1000);
      const signature = createHash('md5')
        .update(`${expires}${decodeURIComponent(pathname)} ${SECRET}`)
        .digest('base64url');
      // Each is another, as where they are signed at another time.
      const own = crypto.randomUUID();
      return `${url}${pathname}?own=${own}&md5=${signature}&expires=${expires}`;
    },
    async [Symbol.asyncDispose]() {
      const exited = once(nginx, 'exit');
      // To the master, which ends its workers.
      nginx.kill('SIGTERM');
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly dir: string;
  readonly port: number;
  readonly origin: string;
}

/** As it stands in the docs, but for what is a place's own. */
async function documented({ dir, port, origin }: Place): Promise<string> {
  const docs = new URL('../../docs/direct-reads.md', import.meta.url);
  const [, fence] =
    /```nginx\n([\s\S]*?)```/.exec(await readFile(docs, 'utf8')) ?? [];
  const own = {
    '/var/cache/nginx/chats': join(dir, 'cache'),
    'server 127.0.0.1:4437': `server ${new URL(origin).host}`,
    'listen 8080': `listen 127.0.0.1:${port}`,
    'change-me': SECRET,
  };
  let config = fence ?? '';
  for (const [documented, here] of Object.entries(own)) {
    if (!config.includes(documented)) throw new Error(`no ${documented}`);
    config = config.replace(documented, here);
  }
  return config;
}

function around(dir: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(dir, name)};`,
  );
  return `
daemon off;
user ${userInfo().username};
worker_processes 1;
worker_rlimit_nofile 8192;
pid ${join(dir, 'nginx.pid')};
events { worker_connections 4096; }
http {
access_log off;
${temporary.join('\n')}
${http}
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('There is no free port.');
}

async function answering(url: string, nginx: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100 && nginx.exitCode === null; tries += 1) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer !== undefined) return;
    await sleep(50);
  }
  throw new Error('nginx does not answer.');
}
