import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import * as testing from 'ai-durable-transport/testing';
import { listExportedTypes } from '../tools/list-exported-types.js';
import { readFences } from '../tools/read-fences.js';

const PAGE = 'docs/testing-your-chat.md';

it('shows the example as it is run', async () => {
  const fences = readFences(await readFile(PAGE, 'utf8'));
  const files = ['server.ts', 'chat.test.ts'].map((name) =>
    readFile(`test/testing/your-chat/${name}`, 'utf8'),
  );
  expect(fences.map(({ code }) => code.trim())).toEqual(
    (await Promise.all(files)).map((text) => text.trim()),
  );
});

it('explains every export', async () => {
  const page = await readFile(PAGE, 'utf8');
  const names = [
    ...Object.keys(testing),
    ...listExportedTypes('src/testing/index.ts'),
  ];
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const explained = rows.flatMap((row) => {
    const [, first = ''] = row.split('|');
    return [...first.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  });
  expect(names.filter((name) => !explained.includes(name))).toEqual([]);
});
