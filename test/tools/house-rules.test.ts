import ts from 'typescript';
import { expect, it } from 'vitest';
import { findBareCasts } from './find-bare-casts.js';
import { findLongClosures } from './find-long-closures.js';

const parse = (text: string): ts.SourceFile =>
  ts.createSourceFile('sample.ts', text, ts.ScriptTarget.Latest, true);

const body = (count: number): string => '  act();\n'.repeat(count);

it.each([
  'const a = b as C;',
  'const a = b as unknown as C;',
  '// CAST: too far away\n\nconst a = b as C;',
  '// why not\nconst a = b as C;',
  '// CAST:\nconst a = b as C;',
  'const a = f("// CAST").x as C;',
])('a cast without a reason is found in %j', (text) => {
  expect(findBareCasts(parse(text))).not.toEqual([]);
});

it.each([
  'const a = [1] as const;',
  "import { a as b } from 'c'; export { b as d };",
  'const a = b as C; // CAST: checked above',
  '// CAST: checked above\nconst a = b as C;',
  '// CAST: checked above,\n// in two lines\nconst a = b as C;',
  'const a = {\n  // CAST: checked above\n  b: b as C,\n};',
  '// CAST: checked above\nconst a = f(\n  b,\n) as C;',
  'const a = b satisfies C;',
])('a cast with a reason, or no cast, passes in %j', (text) => {
  expect(findBareCasts(parse(text))).toEqual([]);
});

it('tells the line of the cast', () => {
  const [finding] = findBareCasts(parse('let a;\n\na = b as C;'));
  expect(finding?.line).toBe(3);
});

it.each([
  `it('x', () => {\n${body(60)}});`,
  `describe('x', () => {\n  it('y', () => {\n${body(60)}});\n});`,
  `function helper() {\n${body(60)}}`,
])('a function of over 60 lines is found', (text) => {
  expect(findLongClosures(parse(text))).toHaveLength(1);
});

it.each([
  `it('x', () => {\n${body(58)}});`,
  `describe('x', () => {\n${body(90)}});`,
  `describe.each([1])('x', () => {\n${body(90)}});`,
  `describe.skipIf(true)('x', () => {\n${body(90)}});`,
])('a describe may be longer, what is within it may not', (text) => {
  expect(findLongClosures(parse(text))).toEqual([]);
});
