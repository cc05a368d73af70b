import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** An app on a runtime, as a command. */
export interface Program {
  /** With the runtime's version, as the docs have it. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Says in the output where the app listens: an origin, or a port. */
  readonly listening: RegExp;
}

/** One runtime with its server: a vitest project, and a column of the docs. */
export interface Runtime extends Program {
  readonly project: string;
  /** What the app says that it runs on. */
  readonly name: string;
  /** Where the app is mounted. */
  readonly root: string;
  /** Which answers keep their `Content-Length`, although a stream is behind. */
  readonly keepsLength: readonly ('GET' | 'HEAD')[];
}

/** A path below `test/runtimes`. */
export const pathOf = (path: string): string =>
  fileURLToPath(new URL(`../${path}`, import.meta.url));

const binary = (path: string): string =>
  pathOf(`binaries/node_modules/${path}`);

const built = (name: string): string => pathOf(`dist/${name}`);

/** The runtimes' versions, by the names under which they are installed. */
const pinned = dependenciesOf('binaries/package.json');

const byUrl = {
  listening: /listening on (http:\S+)/,
  root: '/api',
  keepsLength: ['GET', 'HEAD'],
} as const;

function node(major: string): Runtime {
  const version = pinned[`node-${major}`] ?? '';
  return nodeAt(`node-${major}`, version, binary(`node-${major}/bin/node`));
}

function nodeAt(project: string, version: string, command: string): Runtime {
  const title = `Node ${version}`;
  const args = [built('on-node.mjs')];
  return { ...byUrl, project, title, name: title, command, args };
}

/** What the repository's own scripts run on. */
const node24 = nodeAt('node-24', process.versions.node, process.execPath);

const bun: Runtime = {
  ...byUrl,
  project: 'bun',
  title: `Bun ${pinned['bun']}`,
  name: `Bun ${pinned['bun']}`,
  command: binary('bun/bin/bun.exe'),
  args: [built('on-bun.mjs')],
  keepsLength: ['HEAD'],
};

const deno: Runtime = {
  ...byUrl,
  project: 'deno',
  title: `Deno ${pinned['deno']}`,
  name: `Deno ${pinned['deno']}`,
  command: binary('.bin/deno'),
  args: [
    'run',
    '--no-lock',
    '--no-remote',
    '--allow-net=127.0.0.1',
    '--allow-env',
    '--allow-read',
    // The AI SDK's way to Vercel's gateway asks for the host's name.
    '--allow-sys=hostname',
    built('on-deno.mjs'),
  ],
};

/** What this configuration says, of those that are built. */
export const onWorkerd = (config: string): Program => ({
  title: `workerd ${pinned['workerd']}`,
  command: binary('workerd/bin/workerd'),
  args: ['serve', built(config), '--control-fd=1'],
  listening: /"socket":"http","port":(\d+)/,
});

const workerd: Runtime = {
  ...onWorkerd('workerd.capnp'),
  project: 'workerd',
  name: 'workerd',
  root: '/api',
  keepsLength: ['HEAD'],
};

/** Under the roof of the workspace that has it: the example. */
const fromExample = createRequire(pathOf('../../examples/next/package.json'));

export const NEXT_SCRIPT = fromExample.resolve('next/dist/bin/next');

/** `next start`, with the route that says that it runs on this. */
function next(runtime: 'node' | 'edge', name: string): Runtime {
  // CAST: every package.json has a version.
  const { version } = fromExample('next/package.json') as { version: string };
  const address = ['-H', '127.0.0.1', '-p', '0'];
  return {
    project: `next-${runtime}`,
    title: `Next ${version}, ${runtime}`,
    name,
    command: process.execPath,
    args: [NEXT_SCRIPT, 'start', pathOf('next'), ...address],
    listening: /Local:\s+(http:\S+)[^]*Ready in/,
    root: `/${runtime}`,
    keepsLength: [],
  };
}

export const RUNTIMES: readonly Runtime[] = [
  node('22'),
  node24,
  node('26'),
  bun,
  deno,
  workerd,
  next('node', node24.name),
  next('edge', 'Edge runtime'),
];

/** The runtime of this vitest project. */
export function runtimeUnderTest(): Runtime {
  const project = process.env['RUNTIME'];
  const runtime = RUNTIMES.find((one) => one.project === project);
  if (runtime !== undefined) return runtime;
  throw new Error(`No runtime is called ${project}: npm run test:runtimes.`);
}

function dependenciesOf(manifest: string): Readonly<Record<string, string>> {
  // CAST: a package.json of ours.
  const { dependencies } = JSON.parse(
    readFileSync(pathOf(manifest), 'utf8'),
  ) as { dependencies: Record<string, string> };
  return Object.fromEntries(
    Object.entries(dependencies).map(([name, version]) => [
      name,
      version.replace(/^npm:.*@/, ''),
    ]),
  );
}
