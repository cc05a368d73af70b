import * as react from '@ai-sdk/react';
import * as sdk from 'ai';
import sdkManifest from 'ai/package.json' with { type: 'json' };
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { forkScript } from '../support/fork-script.js';
import { installedVersion, SDK_VERSIONS } from '../tools/sdk-versions.js';

const { AI_SDK_MAJOR: major, AI_SDK_PROJECT: project } = process.env;
const versions = Object.values(SDK_VERSIONS);
const own = versions.find((version) => version.project === project);

it('runs in a project for a version of the AI SDK', () => {
  expect(own?.major).toBe(major);
});

it('imports the version of the AI SDK that the project names', () => {
  expect(sdkManifest.version).toBe(own && installedVersion(own, 'ai'));
  // Only v7 exports `toUIMessageStream` beside the results' own method.
  expect('toUIMessageStream' in sdk).toBe(major === '7');
});

it('imports the React hooks of the same major, on the same `ai`', () => {
  // Only v7's package has `useRealtime`, experimental as it is.
  expect('experimental_useRealtime' in react).toBe(major === '7');
  expect(new react.Chat({})).toBeInstanceOf(sdk.AbstractChat);
});

it('starts processes on the same `ai`', async () => {
  const child = forkScript('tell-ai.ts');
  const [url] = await once(child, 'message');
  const { AI_PACKAGE } = process.env;
  expect(url).toContain(`/node_modules/${AI_PACKAGE}/dist/`);
});
