import type { Reporter, TestModule } from 'vitest/node';

type Options = {
  /** Where Chromium is, if anywhere. */
  readonly chromium: string | undefined;
  /** Where nginx is, if anywhere. */
  readonly nginx: string | undefined;
  /** Whether to close with one plain line of counts, for machines to read. */
  readonly summary: boolean;
};

/** Says after vitest's own summary what did not run, and the plain counts. */
export class ClosingReporter implements Reporter {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const { chromium, nginx, summary } = this.#options;
    if (chromium === undefined)
      console.log(
        'The browser tests did not run: no Chromium here. Install one, or set CHROMIUM_PATH.\n',
      );
    if (nginx === undefined)
      console.log(
        'The tests behind a caching proxy did not run: no nginx here. Install it, or set NGINX_PATH.\n',
      );
    if (summary) console.log(countsOf(modules));
  }
}

function countsOf(modules: readonly TestModule[]): string {
  const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests())
      counts[test.result().state] += 1;
    // A file that does not load has no tests that could fail.
    counts.failed += module.errors().length;
  }
  const { passed, failed, skipped } = counts;
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
