import { defineConfig } from 'tsup';

/** What package.json exports. */
const entries = {
  index: 'src/index.ts',
  'server/index': 'src/server/index.ts',
  'session/index': 'src/session/index.ts',
  'react/index': 'src/react/index.ts',
  'tanstack-db/index': 'src/tanstack-db/index.ts',
  'otel/index': 'src/otel/index.ts',
  'embedded/index': 'src/embedded/index.ts',
  'testing/index': 'src/testing/index.ts',
};

export default defineConfig({
  // A file for each module: an app's bundler then takes those that it needs.
  // Chunks would be shared by what a page loads at once and what it loads later.
  // What the command line is made of: tsup.cli.config.ts.
  entry: ['src/**/*.ts', '!src/{cli,inspector}/**'],
  bundle: false,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  removeNodeProtocol: false,
  dts: { entry: entries },
  sourcemap: true,
  clean: true,
});
