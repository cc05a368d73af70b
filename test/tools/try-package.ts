/** Tries the packed package as users have it: their compilers, bundler and Node. */
import { execFile } from 'node:child_process';
import {
  access,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const NAME = 'ai-durable-transport';
const CONSUMER = 'test/package/consumer';

/** The compilers, by the names under which they are installed. */
const COMPILERS = ['typescript-5.9', 'typescript', 'typescript-7'] as const;

const LIBRARIES = [
  'es2024',
  'esnext',
  'dom',
  'dom.iterable',
  'dom.asynciterable',
];

const RESOLUTIONS = [
  { moduleResolution: 'bundler', module: 'preserve' },
  { moduleResolution: 'node16', module: 'node16' },
  { moduleResolution: 'nodenext', module: 'nodenext' },
] as const;

await access('dist/index.js');
const project = await mkdtemp(join(tmpdir(), 'consumer-'));
try {
  await install(project);
  await compileAll(project);
  await answer(project);
  await bundle(project);
  await command(project);
} finally {
  await rm(project, { recursive: true });
}

/** Our package from its tarball, all others as they are installed here. */
async function install(to: string): Promise<void> {
  const modules = join(to, 'node_modules');
  await mkdir(modules);
  for (const name of await readdir('node_modules')) {
    if (name === NAME || name.startsWith('.')) continue;
    await symlink(resolve('node_modules', name), join(modules, name));
  }
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', to]);
  const files = await readdir(to);
  const tarball = files.find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack left no tarball.');
  await run('tar', ['-xzf', tarball], { cwd: to });
  await cp(join(to, 'package'), join(modules, NAME), { recursive: true });
  await cp(CONSUMER, to, {
    recursive: true,
    filter: (file) => !file.includes('node_modules'),
  });
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: CONSUMER });
  for (const name of await readdir(join(CONSUMER, 'node_modules'))) {
    const from = resolve(CONSUMER, 'node_modules', name);
    if (name.startsWith('typescript')) await symlink(from, join(modules, name));
  }
}

async function compileAll(cwd: string): Promise<void> {
  for (const compiler of COMPILERS) {
    // The newest compiler is quick: it tries them all, and reads all types.
    const isNewest = compiler === COMPILERS.at(-1);
    const tried = isNewest ? RESOLUTIONS : RESOLUTIONS.slice(0, 2);
    for (const resolution of tried) {
      const compilerOptions = {
        ...resolution,
        target: 'es2024',
        lib: LIBRARIES,
        jsx: 'react-jsx',
        types: ['node'],
        strict: true,
        noEmit: true,
        skipLibCheck: !isNewest,
      };
      const config = { compilerOptions, files: ['all-entries.ts'] };
      await writeFile(join(cwd, 'tsconfig.json'), JSON.stringify(config));
      const said = await compile(cwd, compiler);
      const { moduleResolution } = resolution;
      console.log(`${compiler}, ${moduleResolution}: ${said.length} errors`);
      for (const line of said) console.error(line);
      if (said.length > 0) process.exitCode = 1;
    }
  }
}

/** The errors in the project and in our types, not those in other packages'. */
async function compile(cwd: string, compiler: string): Promise<string[]> {
  const tsc = join('node_modules', compiler, 'bin', 'tsc');
  try {
    await run(process.execPath, [tsc, '--pretty', 'false'], { cwd });
    return [];
  } catch (error) {
    if (!(error instanceof Error) || !('stdout' in error)) throw error;
    const lines = String(error.stdout).split('\n');
    const found = lines.filter((line) => / error TS\d+: /.test(line));
    if (found.length === 0) throw error;
    return found.filter(
      (line) => !line.includes('node_modules/') || line.includes(`/${NAME}/`),
    );
  }
}

async function answer(cwd: string): Promise<void> {
  const { stdout } = await run(process.execPath, ['one-answer.js'], { cwd });
  // And nothing beside it: what a program prints is its own.
  const works = stdout.trim() === 'It works.';
  console.log(`${process.version}: ${works ? 'works' : stdout}`);
  if (!works) process.exitCode = 1;
}

/** What pages import has to be bundled for them. */
async function bundle(root: string): Promise<void> {
  const { build } = await import('vite');
  await build({
    root,
    logLevel: 'warn',
    build: {
      lib: { entry: 'page.js', formats: ['es'] },
      rollupOptions: { external: /^node:/ },
    },
  });
  console.log('Vite: built');
}

/** What it is made of is on the way to a user's disk with it. */
async function command(cwd: string): Promise<void> {
  const manifest = join(cwd, 'node_modules', NAME, 'package.json');
  // CAST: our own, out of the tarball.
  const { bin, version } = JSON.parse(await readFile(manifest, 'utf8')) as {
    readonly bin: string;
    readonly version: string;
  };
  const main = join(cwd, 'node_modules', NAME, bin);
  const { stdout } = await run(process.execPath, [main, '--version'], { cwd });
  const works = stdout.trim() === version;
  console.log(`Command line: ${works ? 'works' : stdout}`);
  if (!works) process.exitCode = 1;
}
