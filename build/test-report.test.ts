import { expect, test } from 'vitest';
import {
  add,
  closingLine,
  countsOfPlaywright,
  countsOfVitest,
  failuresOfPlaywright,
  failuresOfVitest,
  noTests,
  shellsOfPlaywright,
  withExitCode,
} from './test-report.ts';

const fileOf = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

test('every state that is neither passed nor failed is skipped', () => {
  const report = { testResults: [fileOf('failed', 'passed', 'failed', 'skipped', 'pending', 'todo')] };
  expect(countsOfVitest(report)).toEqual({ passed: 1, failed: 1, skipped: 3 });
});

test('a file that could not be loaded is one failed', () => {
  const report = { testResults: [fileOf('passed', 'passed'), fileOf('failed')] };
  expect(countsOfVitest(report)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('a flaky test and an error outside of tests are failed', () => {
  const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 2 };
  expect(countsOfPlaywright({ stats, errors: [{ message: 'global set-up' }] })).toEqual({
    passed: 4,
    failed: 3,
    skipped: 2,
  });
});

test('a part that crashed is never counted as none failed', () => {
  expect(withExitCode(noTests, 139).failed).toBe(1);
  expect(withExitCode({ passed: 3, failed: 2, skipped: 0 }, 1).failed).toBe(2);
  expect(withExitCode({ passed: 3, failed: 0, skipped: 0 }, 0).failed).toBe(0);
});

test('the closing line is the sum in plain words', () => {
  const sum = add({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
  expect(closingLine(sum)).toBe('11 passed, 22 failed, 33 skipped');
});

test('each spec says on which shells it ran', () => {
  const spec = (title: string, ...tests: [string, string][]) => ({
    file: 'e2e/a.spec.ts',
    title,
    tests: tests.map(([projectName, status]) => ({ projectName, status })),
  });
  const report = {
    suites: [
      {
        specs: [spec('opens', ['browser', 'expected'])],
        suites: [{ specs: [spec('deep', ['browser', 'unexpected'])] }],
      },
      { specs: [spec('opens', ['standin', 'expected']), spec('skips', ['standin', 'skipped'])] },
    ],
  };
  expect(shellsOfPlaywright(report)).toEqual([
    '[browser, standin] e2e/a.spec.ts: opens',
    '[browser FAILED] e2e/a.spec.ts: deep',
    '[standin skipped] e2e/a.spec.ts: skips',
  ]);
});

test('a failure is told with its name and the first lines of why, without colours', () => {
  const vitest = {
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [
          { fullName: 'adds', status: 'failed', failureMessages: ['\u001B[31mexpected 1\u001B[39m\n\nto be 2'] },
          { fullName: 'subtracts', status: 'passed' },
        ],
      },
      { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
    ],
  };
  expect(failuresOfVitest(vitest)).toEqual([
    'a.test.ts: adds\n    expected 1\n    to be 2',
    'b.test.ts\n    no such module',
  ]);
  const results = [{ errors: [{ message: 'moved' }, { message: 'moved again' }] }];
  const specs = [
    { file: 'c.spec.ts', title: 'stays', tests: [{ projectName: 'browser', status: 'unexpected', results }] },
    { file: 'c.spec.ts', title: 'works', tests: [{ projectName: 'browser', status: 'expected' }] },
  ];
  expect(failuresOfPlaywright({ suites: [{ specs }], errors: [{ message: 'no browser' }] })).toEqual([
    '[browser] c.spec.ts: stays\n    moved\n    moved again',
    'outside of every spec\n    no browser',
  ]);
});
