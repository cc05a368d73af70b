// Builds the demo if needed, serves it on a free port and says where.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const next = fileURLToPath(import.meta.resolve('next/dist/bin/next'));
const host = '127.0.0.1';

function build() {
  const library = fileURLToPath(import.meta.resolve('ai-durable-transport'));
  if (!existsSync(library)) {
    console.error('Run "npm run build" at the root of the repository first.');
    process.exit(1);
  }
  if (isBuilt(library)) return;
  const { status } = spawnSync(process.execPath, [next, 'build'], {
    cwd: here,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Whether the build is newer than all that it was made of. */
function isBuilt(library) {
  const built = statSync(`${here}/.next/BUILD_ID`, { throwIfNoEntry: false });
  if (built === undefined) return false;
  const own = '{app,client,components,lib}/**/*.{ts,tsx,css}';
  const sources = globSync(own, { cwd: here }).map((file) => here + file);
  return [library, `${here}/next.config.ts`, ...sources].every(
    (file) => statSync(file).mtimeMs < built.mtimeMs,
  );
}

/** The given port, or the first free one from 3000. */
async function choosePort() {
  if (process.env.PORT) return Number(process.env.PORT);
  for (let port = 3000; port < 3100; port += 1) {
    if (await isFree(port)) return port;
  }
  return 0;
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

async function untilServed(url, server) {
  while (server.exitCode === null) {
    const answered = await fetch(url).catch(() => undefined);
    await answered?.body?.cancel();
    if (answered !== undefined) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** A courtesy where there is a screen; never a reason to fail. */
function openBrowser(url) {
  if (!process.stdout.isTTY || process.env.CI) return;
  const [command, ...before] =
    { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform] ??
    (process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? ['xdg-open'] : []);
  if (command === undefined) return;
  spawn(command, [...before, url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

/** Next waits for open answers to end; here they are safe without. */
function stop(signal) {
  server.kill(signal);
  setTimeout(() => server.kill('SIGKILL'), 1_000).unref();
}

build();
const port = await choosePort();
const server = spawn(
  process.execPath,
  [next, 'start', '-H', host, '-p', String(port)],
  { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] },
);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => stop(signal));
}
server.on('exit', (code) => process.exit(code ?? 0));

const url = `http://${host}:${port}`;
if (await untilServed(url, server)) {
  console.log(`\n  Durable chat is at ${url}\n  Stop it with Ctrl+C.\n`);
  openBrowser(url);
}
