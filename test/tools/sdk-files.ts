import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where a value is imported from; types are gone when a test runs. */
const IMPORTED =
  /^(?:import|export)\s(?!type\b)(?:[^'";]*?\bfrom\s*)?'([^']+)'/gm;
const AI_SDK = /^(?:ai|@ai-sdk\/.+)$/;
const TESTS = 'test/';

/** The test files of these folders that use the AI SDK, or a helper that does. */
export function sdkFiles(folders: readonly string[]): string[] {
  const files = globSync(`${TESTS}{${folders.join()}}/**/*.test.{ts,tsx}`);
  return files.filter((file) => importsOf(file).some((it) => AI_SDK.test(it)));
}

/** All that a file imports, and its helpers; not what the package itself does. */
function importsOf(file: string): string[] {
  const files = new Set([file]);
  const names = new Set<string>();
  // A set gives what is added meanwhile, too.
  for (const one of files) {
    const text = readFileSync(one, 'utf8');
    for (const [, name = ''] of text.matchAll(IMPORTED)) {
      names.add(name);
      const helper = name.startsWith('.') ? helperOf(one, name) : undefined;
      if (helper !== undefined) files.add(helper);
    }
  }
  return [...names];
}

function helperOf(file: string, name: string): string | undefined {
  const path = join(dirname(file), name).replace(/\.jsx?$/, '');
  if (!path.startsWith(TESTS)) return undefined;
  return [`${path}.ts`, `${path}.tsx`].find((it) => existsSync(it));
}
