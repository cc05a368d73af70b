import { expect, it } from 'vitest';
import { readFences } from './read-fences.js';

it('reads the ts and tsx fences, and no others', () => {
  const fences = readFences(
    '# A\n\n```ts\nconst a = 1;\n```\n\n```sh\nls\n```\n\n```tsx\n<b />\n```\n',
  );
  expect(fences).toEqual([
    { language: 'ts', line: 4, given: '', code: 'const a = 1;\n' },
    { language: 'tsx', line: 12, given: '', code: '<b />\n' },
  ]);
});

it('puts what is given in the comment above before the code', () => {
  const [fence] = readFences(
    'Text.\n<!-- given: declare const id: string;\ndeclare const b: 1 -->\n\n```ts\nid;\n```\n',
  );
  expect(fence?.given).toBe('declare const id: string;\ndeclare const b: 1');
  expect(fence?.line).toBe(6);
});

it('takes a given for the next fence only', () => {
  const [, second] = readFences(
    '<!-- given: let a -->\n```ts\na;\n```\n```ts\nb;\n```\n',
  );
  expect(second?.given).toBe('');
});

it('leaves out what is marked no-check', () => {
  expect(readFences('```ts no-check\n???\n```\n')).toEqual([]);
});

it('takes the indentation of a list item off', () => {
  const [fence] = readFences(
    '- one\n\n  ```ts\n  if (a) {\n    b;\n  }\n  ```\n',
  );
  expect(fence?.code).toBe('if (a) {\n  b;\n}\n');
});
