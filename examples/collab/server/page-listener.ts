import { existsSync, globSync, readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const PLACE = fileURLToPath(new URL('../dist/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The built page: few files, which are read once. */
export function pageListener(): RequestListener {
  if (!existsSync(`${PLACE}index.html`)) {
    throw new Error('The page is not built: run "npm run build" first.');
  }
  const files = new Map(
    globSync('**/*.*', { cwd: PLACE }).map((name) => [
      `/${name.replaceAll('\\', '/')}`,
      readFileSync(PLACE + name),
    ]),
  );
  return ({ url = '/' }, outgoing) => {
    const [pathname = ''] = url.split('?');
    // Every room is the same page.
    const isRoom = pathname === '/' || pathname.startsWith('/r/');
    const name = isRoom ? '/index.html' : pathname;
    const file = files.get(name);
    if (file === undefined) {
      outgoing.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    const isNamedByContent = name.startsWith('/assets/');
    const caching = isNamedByContent
      ? 'max-age=31536000, immutable'
      : 'no-cache';
    const headers = { 'content-type': type, 'cache-control': caching };
    outgoing.writeHead(200, headers).end(file);
  };
}
