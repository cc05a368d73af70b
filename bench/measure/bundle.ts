import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Contender, ContenderName } from '../contenders/contender.js';
import { loadPeer } from '../peers/load-peer.js';
import { durableAtMost, type Figure } from '../report/figure.js';

interface Esbuild {
  readonly build: (options: object) => Promise<{
    readonly outputFiles: readonly { readonly contents: Uint8Array }[];
  }>;
}

const pathOf = (path: string): string =>
  fileURLToPath(new URL(path, import.meta.url));

interface Resolving {
  onResolve(
    options: { readonly filter: RegExp },
    resolve: (asked: { readonly kind: string }) => object | undefined,
  ): void;
}

/** Other files, which few pages load: those that read the log themselves, say. */
const loadedApart = {
  name: 'loaded-apart',
  setup(build: Resolving): void {
    build.onResolve({ filter: /^\.\.?\// }, ({ kind }) =>
      kind === 'dynamic-import' ? { external: true } : undefined,
    );
  },
};

const ENTRIES: Readonly<
  Record<ContenderName, { from: string; name: string; external: string[] }>
> = {
  plain: { from: 'ai', name: 'DefaultChatTransport', external: [] },
  'resumable-stream': {
    from: 'ai',
    name: 'DefaultChatTransport',
    external: [],
  },
  durable: {
    from: pathOf('../../dist/index.js'),
    name: 'DurableTransport',
    external: ['ai'],
  },
  'aisdk-transport': {
    from: '@durable-streams/aisdk-transport',
    name: 'createDurableChatTransport',
    external: ['ai'],
  },
};

/** What each client adds to a page, minified by esbuild and gzipped. */
export async function bundle(
  contenders: readonly Contender[],
): Promise<readonly Figure[]> {
  // CAST: esbuild, as bench/peers has it.
  const { build } = (await loadPeer('esbuild')) as Esbuild;
  const sizes = contenders.map(async ({ name: contender }) => {
    const { from, name, external } = ENTRIES[contender];
    const { outputFiles } = await build({
      stdin: {
        contents: `export { ${name} } from ${JSON.stringify(from)}`,
        resolveDir: pathOf('../peers'),
      },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      external,
      plugins: [loadedApart],
      write: false,
    });
    const [file] = outputFiles;
    const size = gzipSync(file?.contents ?? '', { level: 9 }).length;
    return [contender, size / 1_000] as const;
  });
  return [
    {
      name: "client transport's bundle, min+gzip, of peers without ai",
      chart: 'Client, min + gzip',
      unit: 'kB',
      values: Object.fromEntries(await Promise.all(sizes)),
      target: durableAtMost(5),
    },
  ];
}
