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

type PlaywrightSuite = {
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly file: string;
    readonly title: string;
    readonly tests: readonly { readonly projectName: string; readonly status: string }[];
  }[];
};

/**
 * One line for each spec of Playwright's JSON report: on which of the projects it ran, and where it
 * failed or was skipped. What ran on the stand-in is never said to have run on Electron.
 */
export function shellsOfPlaywright(report: unknown): readonly string[] {
  const ran = new Map<string, Set<string>>();
  const walk = (suite: PlaywrightSuite): void => {
    for (const { file, title, tests } of suite.specs ?? []) {
      const shells = ran.get(`${file}: ${title}`) ?? new Set();
      ran.set(`${file}: ${title}`, shells);
      for (const { projectName, status } of tests) {
        shells.add(
          status === 'expected' ? projectName : `${projectName} ${status === 'skipped' ? 'skipped' : 'FAILED'}`,
        );
      }
    }
    for (const inner of suite.suites ?? []) walk(inner);
  };
  walk(report as PlaywrightSuite);
  return [...ran].map(([spec, shells]) => `[${[...shells].join(', ')}] ${spec}`);
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
