import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Server from '@durable-streams/server';
import { DurableChatError } from '../protocol/index.js';

/** In a variable, so that no bundler tries to pack the native code behind it. */
const PACKAGE = '@durable-streams/server';

/** The optional peer dependency, loaded when it is needed first. */
export async function loadServer(): Promise<typeof Server> {
  try {
    return await importPackage(PACKAGE);
  } catch (error) {
    if (!isNotFound(error)) throw unusable('cannot be loaded', error);
  }
  try {
    // From a bundle, the application's own directory may be elsewhere.
    const require = createRequire(join(process.cwd(), 'package.json'));
    const path = require.resolve(PACKAGE);
    return await importPackage(pathToFileURL(path).href);
  } catch (error) {
    throw unusable('is not installed', error);
  }
}

function importPackage(name: string): Promise<typeof Server> {
  return import(
    /* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */
    name
  );
}

const isNotFound = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND');

function unusable(what: string, cause: unknown): DurableChatError {
  return new DurableChatError(
    'store-unavailable',
    `embeddedStreams() needs the package ${PACKAGE}, which ${what}. ` +
      `Install it: npm install ${PACKAGE}`,
    { cause },
  );
}
