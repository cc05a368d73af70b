import { expect, it } from 'vitest';
import { sdkFiles } from './sdk-files.js';

const files = sdkFiles(['client', 'protocol', 'session', 'conformance']);

it.each([
  ['by itself', 'test/client/write-through.test.ts'],
  ['by a helper of a helper', 'test/session/message-fold.property.test.ts'],
  ['in a component', 'test/conformance/strict-mode.test.tsx'],
])('a test that uses the AI SDK %s is found', (_, file) => {
  expect(files).toContain(file);
});

it.each([
  ['only types of it', 'test/client/chunk-queue.test.ts'],
  ['the package alone', 'test/session/tab-share.test.ts'],
])('a test that uses %s is not', (_, file) => {
  expect(files).not.toContain(file);
});
