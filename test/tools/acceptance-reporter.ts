import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import {
  acceptanceTable,
  markdownTable,
  verdictOf,
  type Column,
  type Proof,
} from './acceptance-table.js';
import { BROWSER, scenarioFiles, scenarioNumbers } from './scenario-files.js';
import { SCENARIOS } from './scenarios.js';
import { installedVersion, SDK_VERSIONS } from './sdk-versions.js';

const PAGE = 'docs/acceptance.md';
const COMMAND = 'npm run test:matrix';

interface Options {
  /** Whether to write the page, rather than to compare it. */
  readonly write: boolean;
}

const sdks = Object.values(SDK_VERSIONS);

const columns: readonly Column[] = [
  ...sdks.map((sdk) => ({
    name: sdk.project,
    heading: installedVersion(sdk, 'ai'),
  })),
  { name: 'browser', heading: 'Chromium', isOptional: true },
];

/**
 * Makes the table of scenarios by versions out of a run of all of them. Where
 * the run was for that, writes it and fails if a scenario was not proved; else
 * says where the page has become untrue.
 */
export class AcceptanceReporter implements Reporter {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (!ranEverything(modules)) {
      if (this.#options.write)
        console.log(`${PAGE} is not written: not all scenarios ran.\n`);
      return;
    }
    const files = scenarioFiles();
    const proofs = modules
      .filter((module) => files.has(pathOf(module)))
      .flatMap(proofsOf);
    const page = pageOf(proofs);
    if (!this.#options.write) return tellWhetherStale(page);
    writeFileSync(PAGE, page);
    console.log(`Wrote ${PAGE}.\n`);
    const missing = unproved(proofs);
    if (missing.length === 0) return;
    console.error(`Not proved everywhere: ${missing.join(', ')}.\n`);
    process.exitCode = 1;
  }
}

/** Each file whose tests carry numbers, in each project where it belongs. */
function ranEverything(modules: readonly TestModule[]): boolean {
  const ran = new Set(modules.map((it) => `${it.project.name} ${pathOf(it)}`));
  return [...scenarioFiles().keys()].every((file) =>
    file.startsWith(BROWSER)
      ? ran.has(`browser ${file}`)
      : sdks.every(({ project }) => ran.has(`${project} ${file}`)),
  );
}

const pathOf = ({ moduleId }: TestModule): string =>
  relative(process.cwd(), moduleId);

function proofsOf(module: TestModule): Proof[] {
  const column = module.project.name;
  const path = pathOf(module);
  const file = path.replace(/^test\//, '');
  const proofsIn = (text: string, passed: boolean): Proof[] =>
    scenarioNumbers(text).map((scenario) => ({
      scenario,
      column,
      file,
      passed,
    }));
  // A file that does not load has no tests that could fail.
  if (module.errors().length > 0)
    return proofsIn(readFileSync(path, 'utf8'), false);
  const tests = [...module.children.allTests()];
  return tests.flatMap((test) => {
    const { state } = test.result();
    return state === 'skipped'
      ? []
      : proofsIn(test.fullName, state === 'passed');
  });
}

function unproved(proofs: readonly Proof[]): number[] {
  const numbers = SCENARIOS.map((_, index) => index + 1);
  return numbers.filter((number) => {
    const own = proofs.filter(({ scenario }) => scenario === number);
    return columns.some((column) =>
      ['missing', 'fail'].includes(verdictOf(own, column)),
    );
  });
}

function pageOf(proofs: readonly Proof[]): string {
  const versions = sdks.map((sdk) => [
    installedVersion(sdk, 'ai'),
    installedVersion(sdk, '@ai-sdk/react'),
    sdk.project.endsWith('floor') ? 'oldest that is supported' : 'newest',
  ]);
  const heads = ['`ai`', '`@ai-sdk/react`', `of major`];
  return `# Acceptance

What has to hold, and on which versions of the AI SDK a test has shown it. This
page is written by a run of those tests, \`${COMMAND}\`: do not edit it.

${markdownTable([heads, ...versions])}
The browser is Chromium with the Next.js example. Tests are below \`test/\`, and
carry the number of what they prove in their names, as in \`[A12]\`.

${acceptanceTable(SCENARIOS, columns, proofs)}`;
}

function tellWhetherStale(page: string): void {
  if (page !== readPage())
    console.log(`${PAGE} does not say what has run here: ${COMMAND}.\n`);
}

function readPage(): string | undefined {
  try {
    return readFileSync(PAGE, 'utf8');
  } catch {
    return undefined;
  }
}
