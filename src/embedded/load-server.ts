import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Server from '@durable-streams/server';
import { DurableChatError } from '../protocol/index.js';

/** In a variable, so that no bundler tries to pack the native code behind it. */
const PACKAGE = '@durable-streams/server';

/** The optional peer dependency, loaded when it is needed first. */
export async function loadServer(name = PACKAGE): Promise<typeof Server> {
  try {
    return await importPackage(name).catch(() => importFromHere(name));
  } catch (cause) {
    throw new DurableChatError(
      'store-unavailable',
      `embeddedStreams() could not load the package ${name}. ` +
        `Install it: npm install ${name}`,
      { cause },
    );
  }
}

/** A bundle may lie elsewhere than the application and its packages. */
function importFromHere(name: string): Promise<typeof Server> {
  const require = createRequire(join(process.cwd(), 'package.json'));
  return importPackage(pathToFileURL(require.resolve(name)).href);
}

function importPackage(name: string): Promise<typeof Server> {
  return import(
    /* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */
    name
  );
}
