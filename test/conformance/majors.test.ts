import * as react from '@ai-sdk/react';
import * as sdk from 'ai';
import { expect, it } from 'vitest';

const major = process.env['AI_SDK_MAJOR'];

it('runs in both projects', () => {
  expect(['6', '7']).toContain(major);
});

it('imports the major of the AI SDK that the project names', () => {
  // Only v7 exports `toUIMessageStream` beside the results' own method.
  expect('toUIMessageStream' in sdk).toBe(major === '7');
});

it('imports the React hooks of the same major', () => {
  // Only v7's package has `useRealtime`, experimental as it is.
  expect('experimental_useRealtime' in react).toBe(major === '7');
});
