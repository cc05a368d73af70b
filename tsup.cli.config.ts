import { relative, resolve, sep } from 'node:path';
import { defineConfig, type Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const SOURCE = resolve('src');
const ROOM = resolve('src/cli');
/** Not in `dist`: what the page and its server share is bundled into each. */
const PAGE = resolve('src/inspector');

/**
 * The other rooms stand in `dist` as they are, for apps: the command line takes
 * them from there.
 */
const otherRooms: Plugin = {
  name: 'other-rooms',
  setup(build) {
    build.onResolve({ filter: /^\.\.\// }, ({ path, resolveDir }) => {
      const target = resolve(resolveDir, path);
      const isOurs = [ROOM, PAGE].some((room) => target.startsWith(room + sep));
      if (isOurs) return undefined;
      const fromDist = relative(ROOM, target).replaceAll(sep, '/');
      return target.startsWith(SOURCE + sep)
        ? { path: fromDist, external: true }
        : undefined;
    });
  },
};

/**
 * After `tsup`: what only the command line needs is bundled into it, so that
 * apps do not install it.
 */
export default defineConfig([
  {
    entry: { main: 'src/cli/main.ts' },
    outDir: 'dist/cli',
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    noExternal: ['commander'],
    esbuildPlugins: [otherRooms],
    removeNodeProtocol: false,
    splitting: false,
  },
  {
    // The page of `inspect`, which is put into one document.
    entry: { main: 'src/inspector/main.tsx' },
    outDir: 'dist/cli/page',
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    noExternal: [/.*/],
    minify: true,
    splitting: false,
  },
]);
