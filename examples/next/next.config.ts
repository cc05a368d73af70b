import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

// The package is linked from two folders up, so that is where the roots are.
const root = fileURLToPath(new URL('../..', import.meta.url));

const config: NextConfig = {
  turbopack: { root, resolveAlias: { 'ai-durable-transport': './fake/client.ts', 'ai-durable-transport/server': './fake/server.ts', 'ai-durable-transport/embedded': './fake/embedded.ts' } },
  outputFileTracingRoot: root,
  // The embedded streams server loads a native addon (lmdb): left to Node.
  serverExternalPackages: ['@durable-streams/server', 'lmdb'],
  devIndicators: false,
  poweredByHeader: false,
};

export default config;
