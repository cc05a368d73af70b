import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

const lines = (count: number, line: string) => `${line}\n`.repeat(count);

const long = (signature: string) =>
  `${signature} {\n${lines(60, '  Date.now();')}}\n`;

/** What breaks a rule: the rule, the file and what stands in it. */
const VIOLATIONS: readonly [rule: string, file: string, source: string][] = [
  ['max-lines', 'src/log/long-file.ts', lines(301, '// one more')],
  [
    'max-lines-per-function',
    'src/log/long-function.ts',
    long('export function long()'),
  ],
  [
    'max-lines-per-function',
    'src/log/long-closure.ts',
    `export const make = () => ${long('() =>')}`,
  ],
  [
    'max-params',
    'src/log/many-params.ts',
    'export const sum = (a: number, b: number, c: number, d: number) => a + b + c + d;',
  ],
  [
    'complexity',
    'src/log/complex.ts',
    `export function count(n: number) {\n${lines(20, '  if (n > 1) n -= 1;')}  return n;\n}`,
  ],
  [
    'max-depth',
    'src/log/deep.ts',
    `export function deep(n: number) { ${'if (n) { '.repeat(5)} n++; ${'}'.repeat(5)} return n; }`,
  ],
  [
    'no-explicit-any',
    'src/log/some-any.ts',
    'export const f = (value: any): unknown => value;',
  ],
  [
    'no-non-null-assertion',
    'src/log/non-null.ts',
    'export const first = (list: string[]) => list[0]!;',
  ],
  [
    'no-floating-promises',
    'src/log/floating.ts',
    'export function go() { Promise.resolve(1); }',
  ],
  [
    'no-misused-promises',
    'src/log/misused.ts',
    'export const go = () => { [1].forEach(async (n) => { await n; }); };',
  ],
  [
    'switch-exhaustiveness-check',
    'src/log/switch.ts',
    "export function f(v: 'a' | 'b') { switch (v) { case 'a': return 1; } return 2; }",
  ],
  [
    'no-unsafe-assignment',
    'src/log/unsafe.ts',
    "const value = JSON.parse('1'); export { value };",
  ],
  [
    'only-throw-error',
    'src/log/throws.ts',
    "export const f = () => { throw 'text'; };",
  ],
  ['no-cycle', 'src/log/cycle-a.ts', "export { b as a } from './cycle-b.js';"],
  ['no-cycle', 'src/log/cycle-b.ts', "export { a as b } from './cycle-a.js';"],
  ['no-default-export', 'src/log/default.ts', 'export default 1;'],
  [
    'consistent-type-imports',
    'src/log/type-import.ts',
    "import { UIMessage } from 'ai'; export type A = UIMessage;",
  ],
  [
    'consistent-type-assertions',
    'src/log/angle.ts',
    'export const f = (v: unknown) => <string>v;',
  ],
  ['filename-case', 'src/log/camelCase.ts', 'export const a = 1;'],
  ['no-console', 'src/log/console.ts', "console.log('x');"],
  ['no-warning-comments', 'src/log/later.ts', '// TODO: later'],
  ['ban-ts-comment', 'src/log/ts-ignore.ts', '// @ts-ignore\nexport {};'],
  [
    'no-focused-tests',
    'test/log/focus.test.ts',
    "import { expect, it } from 'vitest'; it.only('x', () => { expect(1).toBe(1); });",
  ],
  [
    'no-disabled-tests',
    'test/log/skip.test.ts',
    "import { expect, it } from 'vitest'; it.skip('x', () => { expect(1).toBe(1); });",
  ],
];

/** Every import that crosses a border: from where, what. */
const CROSSINGS: readonly [file: string, specifier: string][] = [
  ['src/protocol/a.ts', '../log/index.js'],
  ['src/protocol/b.ts', 'node:crypto'],
  ['src/protocol/c.ts', 'nanoid'],
  ['src/protocol/d.ts', '@durable-streams/client'],
  ['src/protocol/e.ts', 'ai'],
  ['src/protocol/f.ts', '../index.js'],
  ['src/log/a.ts', '../client/index.js'],
  ['src/log/b.ts', '../server/index.js'],
  ['src/log/c.ts', '../protocol/cursor.js'],
  ['src/log/d.ts', '../protocol/idle.js'],
  ['src/log/e.ts', '../protocol'],
  ['src/log/f.ts', 'ai-durable-transport'],
  ['src/client/a.ts', '../server/index.js'],
  ['src/client/b.ts', '../log/inner.js'],
  ['src/client/c.ts', 'ai'],
  ['src/client/d.ts', '@ai-sdk/react'],
  ['src/client/e.ts', 'node:fs'],
  ['src/client/f.ts', 'react'],
  ['src/client/deep/g.ts', '../../server/index.js'],
  ['src/server/a.ts', '../client/index.js'],
  ['src/server/b.ts', '../testing/index.js'],
  ['src/server/c.ts', 'node:async_hooks'],
  ['src/server/d.ts', '../log/appender.js'],
  ['src/session/a.ts', '../server/index.js'],
  ['src/session/b.ts', '../react/index.js'],
  ['src/react/a.ts', '../log/index.js'],
  ['src/react/b.ts', '../protocol/index.js'],
  ['src/tanstack-db/a.ts', '../client/index.js'],
  ['src/tanstack-db/b.ts', '../session/session-state.js'],
  ['src/tanstack-db/c.ts', '@tanstack/db'],
  ['src/tanstack-db/d.ts', 'ai'],
  ['src/otel/a.ts', '../server/index.js'],
  ['src/otel/b.ts', '../log/index.js'],
  ['src/otel/c.ts', '../server/run.js'],
  ['src/embedded/a.ts', '../server/index.js'],
  ['src/testing/a.ts', '../client/index.js'],
  ['src/testing/b.ts', '../embedded/index.js'],
  ['src/inspector/a.ts', '../protocol/index.js'],
  ['src/inspector/b.ts', 'node:fs'],
  ['src/cli/a.ts', '../client/index.js'],
  ['src/cli/b.ts', '../testing/index.js'],
  ['src/cli/deep/c.ts', '../../log/appender.js'],
  ['src/server/e.ts', '../cli/index.js'],
  ['src/entry.ts', './server/index.js'],
  ['src/entry-deep.ts', './client/durable-transport.js'],
];

/** What must pass, so that the rules do not fire by accident. */
const CLEAN: readonly [file: string, source: string][] = [
  [
    'src/protocol/index.ts',
    "import type { UIMessage } from 'ai';\nimport { createParser } from 'eventsource-parser';\nexport const parse = (_: UIMessage) => createParser;\n",
  ],
  ['src/log/index.ts', "export { parse } from '../protocol/index.js';\n"],
  ['src/client/index.ts', "export { parse } from '../log/index.js';\n"],
  ['src/server/index.ts', "export { parse } from '../protocol/index.js';\n"],
  ['src/server/ai.ts', "export { streamText } from 'ai';\n"],
  [
    'src/otel/ok.ts',
    "import type { parse } from '../server/index.js';\nexport type Parse = typeof parse;\n",
  ],
  ['src/testing/ok.ts', "export { readFile } from 'node:fs/promises';\n"],
  ['src/index.ts', "export { parse } from './client/index.js';\n"],
  [
    'src/log/total.ts',
    "export function f(v: 'a' | 'b') { switch (v) { case 'a': return 1; default: return 2; } }\n",
  ],
  [
    'test/log/ok.test.ts',
    "import { expect, it } from 'vitest';\nimport { f } from '../../src/log/total.js';\nit('is one', () => { expect(f('a')).toBe(1); });\n",
  ],
  ['tsup.config.ts', 'export default {};\n'],
  ['examples/next/app/page.tsx', 'export default function Page() {}\n'],
];

const Output = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
});

let folder: string;
const findings = new Set<string>();

function lint(): Promise<string> {
  const cli = join(folder, 'node_modules/oxlint/bin/oxlint');
  const files = ['src', 'test', 'examples', 'tsup.config.ts'];
  return new Promise((resolve) => {
    // The exit code is 1, as it should be; what counts is what was found.
    execFile(
      process.execPath,
      [cli, '-f', 'json', ...files],
      { cwd: folder, maxBuffer: 2 ** 26 },
      (_, stdout, stderr) => resolve(stdout || stderr),
    );
  });
}

async function write(file: string, source: string): Promise<void> {
  await mkdir(join(folder, dirname(file)), { recursive: true });
  await writeFile(join(folder, file), source);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lint-rules-'));
  for (const name of ['oxlint.config.ts', 'tsconfig.json', 'package.json'])
    await cp(name, join(folder, name));
  await symlink(
    join(process.cwd(), 'node_modules'),
    join(folder, 'node_modules'),
  );
  for (const [, file, source] of VIOLATIONS) await write(file, source);
  for (const [file, specifier] of CROSSINGS)
    await write(file, `export * as stranger from '${specifier}';\n`);
  for (const [file, source] of CLEAN) await write(file, source);
  const output = Output.parse(JSON.parse(await lint()));
  for (const { code, filename } of output.diagnostics)
    findings.add(`${filename} ${code.replace(/^.*\((.*)\)$/, '$1')}`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it.each(VIOLATIONS)('%s fires in %s', (rule, file) => {
  expect(findings).toContain(`${file} ${rule}`);
});

it.each(CROSSINGS)('%s may not import %s', (file) => {
  expect(findings).toContain(`${file} no-restricted-imports`);
});

it.each(CLEAN)('%s is left alone', (file) => {
  expect([...findings].filter((it) => it.startsWith(`${file} `))).toEqual([]);
});
