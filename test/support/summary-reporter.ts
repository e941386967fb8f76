import type { Reporter, TestModule } from 'vitest/node';

/** Prints `N passed, N failed` alone on the last line of standard output, once everything is done. */
export class SummaryReporter implements Reporter {
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };
  #isPrinted = false;

  onTestRunEnd(testModules: readonly TestModule[], unhandledErrors: readonly unknown[] = []): void {
    // An error outside any test fails the run, so it may not leave `0 failed` behind.
    Object.assign(this.#counts, { passed: 0, failed: unhandledErrors.length, skipped: 0 });
    for (const module of testModules) this.#count(module);
    // The coverage table and its threshold errors are printed after this event and before the end.
    if (this.#isPrinted) return;
    this.#isPrinted = true;
    process.once('exit', () => process.stdout.write(`\n${summaryLine(this.#counts)}\n`));
  }

  #count(module: TestModule): void {
    let hasFailedTest = false;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') this.#counts.passed += 1;
      else if (state === 'failed') this.#counts.failed += 1;
      else this.#counts.skipped += 1;
      hasFailedTest ||= state === 'failed';
    }
    // A file that does not load, or whose hook fails, has no failed test to count.
    if (module.state() === 'failed' && !hasFailedTest) this.#counts.failed += 1;
  }
}

/** The closing line, such as `12 passed, 0 failed, 1 skipped`; skipped tests are named if there are any. */
export function summaryLine(counts: {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}): string {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}
