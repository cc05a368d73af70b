import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'server/index': 'src/server/index.ts',
    'embedded/index': 'src/embedded/index.ts',
    'testing/index': 'src/testing/index.ts',
  },
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  // Deno and Workers know Node's modules by their `node:` names only.
  removeNodeProtocol: false,
  external: [/^node:/],
  dts: true,
  splitting: true,
  sourcemap: true,
  clean: true,
});
