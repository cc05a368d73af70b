import { globSync, readFileSync } from 'node:fs';

/** A test that proves a scenario carries its number in its name: `[A12]`. */
const NUMBER = /\[A(\d+)\]/g;

/** The numbers of the scenarios that a text names. */
export function scenarioNumbers(text: string): number[] {
  const numbers = Array.from(text.matchAll(NUMBER), ([, it]) => Number(it));
  return [...new Set(numbers)];
}

/** What proves scenarios in pages of a browser, on one version. */
export const BROWSER = 'test/browser/';

/** Of the wire alone, on whatever an AI SDK may make of it: not its oldest. */
const PURE = 'test/protocol/';

/** The numbers that stand in a test file, by its path below the repository. */
export function scenarioFiles(): Map<string, readonly number[]> {
  const files = globSync('test/**/*.test.{ts,tsx}')
    .filter((file) => !file.startsWith(PURE))
    .toSorted();
  const numbered = files.map(
    (file) => [file, scenarioNumbers(readFileSync(file, 'utf8'))] as const,
  );
  return new Map(numbered.filter(([, numbers]) => numbers.length > 0));
}
