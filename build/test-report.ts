export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

export const noTests: Counts = { passed: 0, failed: 0, skipped: 0 };

/**
 * Counts of Vitest's JSON report. A file that could not even be loaded has no tests to fail: it counts
 * as one failed.
 */
export function countsOfVitest(report: unknown): Counts {
  const { testResults } = report as {
    testResults: readonly {
      readonly status: string;
      readonly assertionResults: readonly { readonly status: string }[];
    }[];
  };
  return testResults.reduce((sum, file) => {
    const passed = file.assertionResults.filter((test) => test.status === 'passed').length;
    const failed = file.assertionResults.filter((test) => test.status === 'failed').length;
    const unloaded = file.status === 'failed' && failed === 0 ? 1 : 0;
    return add(sum, {
      passed,
      failed: failed + unloaded,
      skipped: file.assertionResults.length - passed - failed,
    });
  }, noTests);
}

/** Counts of Playwright's JSON report. A test that passed at a second try only counts as failed. */
export function countsOfPlaywright(report: unknown): Counts {
  const { stats, errors } = report as {
    stats: { readonly expected: number; readonly unexpected: number; readonly flaky: number; readonly skipped: number };
    errors: readonly unknown[];
  };
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped };
}

export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** A part that failed without a failed test (it crashed, or it is no test runner) still counts: one failed. */
export function withExitCode(counts: Counts, exitCode: number): Counts {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

export function closingLine(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}
