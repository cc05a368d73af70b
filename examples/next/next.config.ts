import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

// The package is linked from two folders up, so that is where the roots are.
const root = fileURLToPath(new URL('../..', import.meta.url));

const config: NextConfig = {
  turbopack: { root },
  outputFileTracingRoot: root,
  // The embedded streams server loads a native addon (lmdb): left to Node.
  serverExternalPackages: ['@durable-streams/server', 'lmdb'],
  devIndicators: false,
  poweredByHeader: false,
};

export default config;
