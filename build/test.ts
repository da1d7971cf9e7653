import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { runChecks } from './checks.ts';
import { runProgram } from './run-program.ts';
import { inRoot } from './steps/paths.mjs';
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
  type Counts,
} from './test-report.ts';

type Part = { readonly name: string; readonly run: (filter: readonly string[]) => Promise<Counts> };

const reports = inRoot('out', 'test');
/** Told again at the end: whoever reads only the last lines of a long log sees what failed, and why. */
const failures: string[] = [];

const parts: readonly Part[] = [
  {
    name: 'check',
    // The structure tests run with the other tests.
    run: async () => withExitCode(noTests, (await runChecks({ structure: false })).length),
  },
  {
    name: 'vitest',
    run: (filter) => {
      const report = `${reports}/vitest.json`;
      const args = ['run', '-c', 'configs/tooling/vitest.config.ts', '--passWithNoTests', ...filter];
      args.push('--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
      return runTests('vitest', args, report, (it) => {
        failures.push(...failuresOfVitest(it));
        return countsOfVitest(it);
      });
    },
  },
  {
    name: 'e2e',
    run: (filter) => {
      const report = `${reports}/playwright.json`;
      const args = ['test', '-c', 'configs/tooling/playwright.config.ts', '--pass-with-no-tests', ...filter];
      return runTests('playwright', args, report, (it) => {
        console.log(`\nEach spec and the shells it ran on:\n  ${shellsOfPlaywright(it).join('\n  ')}`);
        failures.push(...failuresOfPlaywright(it));
        return countsOfPlaywright(it);
      });
    },
  },
];

async function runTests(
  program: string,
  args: readonly string[],
  report: string,
  countsOf: (report: unknown) => Counts,
): Promise<Counts> {
  rmSync(report, { force: true });
  const { exitCode } = await runProgram(program, args, { show: true, env: { ROOM_TEST_REPORT: report } });
  let counts = noTests;
  try {
    counts = countsOf(JSON.parse(readFileSync(report, 'utf8')));
  } catch {
    console.log(`${program} left no report.`);
    counts = { ...noTests, failed: 1 };
  }
  return withExitCode(counts, exitCode);
}

// `npm test` runs everything; `npm test -- vitest electron/core` one part, narrowed by what follows.
const [wanted, ...filter] = process.argv.slice(2);
const chosen = wanted === undefined ? parts : parts.filter((part) => part.name === wanted);
if (chosen.length === 0) {
  console.error(`Unknown part: ${wanted}. Known: ${parts.map((part) => part.name).join(', ')}`);
  process.exit(2);
}

mkdirSync(reports, { recursive: true });
let sum = noTests;
const lines: string[] = [];
for (const part of chosen) {
  console.log(`\n== ${part.name}`);
  const startedMs = performance.now();
  const counts = await part.run(filter);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  const outcome = part.name === 'check' ? (counts.failed === 0 ? 'ok' : 'FAILED') : closingLine(counts);
  lines.push(`${part.name}: ${outcome} (${seconds} s)`);
  sum = add(sum, counts);
}
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((it) => `  ${it}`).join('\n')}`);
console.log(`\n${lines.join('\n')}\n${closingLine(sum)}`);
process.exitCode = sum.failed === 0 ? 0 : 1;
