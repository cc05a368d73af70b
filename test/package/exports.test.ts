import { expect, it } from 'vitest';
import { getPackageExportsManifest } from 'vitest-package-exports';
import { listExportedTypes } from '../tools/list-exported-types.js';

// What users may import. A change here is a change of the public API: it needs
// a line in CHANGELOG.md. Run `npx vitest run --project v7 test/package -u`.

it('every entry exports these values', async () => {
  const { exports } = await getPackageExportsManifest({
    importMode: 'src',
    shouldIgnoreEntry: ({ entry }) => entry === './package.json',
  });
  expect(exports).toMatchInlineSnapshot();
});

it('every entry exports these types', () => {
  expect({
    '.': listExportedTypes('src/index.ts'),
    './server': listExportedTypes('src/server/index.ts'),
    './embedded': listExportedTypes('src/embedded/index.ts'),
    './testing': listExportedTypes('src/testing/index.ts'),
  }).toMatchInlineSnapshot();
});
