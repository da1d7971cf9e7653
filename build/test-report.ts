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
    readonly tests: readonly {
      readonly projectName: string;
      readonly status: string;
      readonly results?: readonly { readonly errors?: readonly { readonly message?: string }[] }[];
    }[];
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

/** Terminal colours, which a reader of the closing lines does not need. */
// oxlint-disable-next-line no-control-regex -- an escape character is what begins a colour
const colours = /\u001B\[[0-9;]*m/g;

/** The first lines of a failure's message: enough to know what it was, short enough for the end of a log. */
function gist(message: string | undefined): string {
  const lines = (message ?? 'no message').replace(colours, '').split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .slice(0, 12)
    .map((line) => `    ${line.slice(0, 300)}`)
    .join('\n');
}

/** Each failed test of Vitest's JSON report with the first lines of why, as text. */
export function failuresOfVitest(report: unknown): readonly string[] {
  const { testResults } = report as {
    testResults: readonly {
      readonly name: string;
      readonly status: string;
      readonly message?: string;
      readonly assertionResults: readonly {
        readonly fullName: string;
        readonly status: string;
        readonly failureMessages?: readonly string[];
      }[];
    }[];
  };
  return testResults.flatMap((file) => {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0 && file.status === 'failed') return [`${file.name}\n${gist(file.message)}`];
    return failed.map((test) => `${file.name}: ${test.fullName}\n${gist(test.failureMessages?.[0])}`);
  });
}

/** Each failed try of Playwright's JSON report with the first lines of every error, soft ones too, as text. */
export function failuresOfPlaywright(report: unknown): readonly string[] {
  const failures: string[] = [];
  const walk = (suite: PlaywrightSuite): void => {
    for (const { file, title, tests } of suite.specs ?? [])
      for (const { projectName, status, results } of tests) {
        if (status === 'expected' || status === 'skipped') continue;
        const errors = (results ?? []).flatMap((result) => result.errors ?? []);
        const why = errors.length === 0 ? [gist(undefined)] : errors.map((error) => gist(error.message));
        failures.push([`[${projectName}] ${file}: ${title}`, ...why].join('\n'));
      }
    for (const inner of suite.suites ?? []) walk(inner);
  };
  walk(report as PlaywrightSuite);
  const { errors } = report as { readonly errors?: readonly { readonly message?: string }[] };
  for (const error of errors ?? []) failures.push(`outside of every spec\n${gist(error.message)}`);
  return failures;
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
