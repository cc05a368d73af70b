import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { acceptanceTable, type Proof } from '../../tools/acceptance-table.js';
import { RUNTIMES } from './runtimes.js';

const PAGE = 'docs/runtimes.md';
const COMMAND = 'npm run test:runtimes';

/** The page's only table with scenarios. */
const TABLE = /^\| +\| scenario.*\n(?:\|.*\n)*/m;

const columns = RUNTIMES.map(({ project, title }) => ({
  name: project,
  heading: title,
}));

interface Options {
  /** Whether a page that says something else is an error, or is written anew. */
  readonly check: boolean;
}

/** Makes a table of scenarios by runtimes out of a run of all of them. */
export class RuntimesReporter implements Reporter {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  onTestRunEnd(ran: readonly TestModule[]): void {
    const modules = ran.filter(isOnRuntime);
    const tests = modules.flatMap((it) => [...it.children.allTests()]);
    const titles = [...new Set(tests.map(titleOf))];
    const proofs = tests.flatMap((test) => proofOf(test, titles));
    const table = acceptanceTable(titles, columns, proofs);
    console.log(table);
    const isWhole = ranEverywhere(modules) && proofs.length === tests.length;
    if (isWhole && proofs.every(({ passed }) => passed)) this.#keep(table);
    else console.log(`${PAGE} is left as it is: not everything passed.\n`);
  }

  #keep(table: string): void {
    const page = readFileSync(PAGE, 'utf8');
    if (TABLE.exec(page)?.[0] === table) return;
    if (this.#options.check) {
      console.error(`${PAGE} does not say what has run here: ${COMMAND}.\n`);
      process.exitCode = 1;
      return;
    }
    writeFileSync(
      PAGE,
      page.replace(TABLE, () => table),
    );
    console.log(`Wrote ${PAGE}.\n`);
  }
}

/** As a sentence: what it is about, and what is said of it. */
const titleOf = ({ fullName }: TestCase): string =>
  fullName.replaceAll(' > ', ' ');

function proofOf(test: TestCase, titles: readonly string[]): Proof[] {
  const { state } = test.result();
  if (state === 'skipped' || state === 'pending') return [];
  return [
    {
      scenario: titles.indexOf(titleOf(test)) + 1,
      column: test.project.name,
      file: relative('test', test.module.moduleId),
      passed: state === 'passed',
    },
  ];
}

/** Not of the examples, which have no column. */
const isOnRuntime = ({ project }: TestModule): boolean =>
  columns.some(({ name }) => name === project.name);

function ranEverywhere(modules: readonly TestModule[]): boolean {
  const files = globSync('test/runtimes/*.test.ts');
  return modules.length === files.length * RUNTIMES.length;
}
