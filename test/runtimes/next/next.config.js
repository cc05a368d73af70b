import { fileURLToPath } from 'node:url';

// Packages are where the repository has them: three folders up.
const root = fileURLToPath(new URL('../../..', import.meta.url));

export default {
  turbopack: { root },
  outputFileTracingRoot: root,
  // Built once and thrown away: what only costs time is left out.
  experimental: {
    turbopackFileSystemCacheForBuild: false,
    turbopackMinify: false,
    turbopackSourceMaps: false,
  },
};
