import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../../support/test-core.ts';
import { mutants, type Mutant } from './mutants.ts';

/**
 * `npm run test:mutants [-- GUARD]`: switches one guard off at a time, by reading its module mutated, and runs the
 * tests and the faults that have to notice. Exits 1 when nobody does, or when something fails with every guard on.
 */
const names = process.argv.slice(2);
const chosen = mutants.filter(({ guard }) => names.length === 0 || names.includes(guard));
const swap = fileURLToPath(new URL('./swap-module.ts', import.meta.url));
const faultSeed = 7;
let isGood = chosen.length > 0;
if (!isGood)
  console.error(`No guard is called ${names.join(' or ')}. There are: ${mutants.map((it) => it.guard).join(', ')}`);

const allTests = [...new Set(chosen.flatMap((mutant) => mutant.tests))];
if (chosen.length > 0) {
  const failed = await runTests(allTests, null);
  if (failed.length > 0) isGood = false;
  console.log(
    `every guard on → ${failed.length === 0 ? 'no test fails' : `${said(failed.length, 'test')} (${failed.join('; ')})`}`,
  );
}
for (const mutant of chosen) {
  const failed = await runTests(mutant.tests, mutant.guard);
  const broken = mutant.faults === null ? [] : await runFaults(mutant.faults, mutant.guard);
  if (failed.length + broken.length === 0) isGood = false;
  const verdict = failed.length + broken.length === 0 ? 'SURVIVES: ' : '';
  const faults =
    mutant.faults === null
      ? ''
      : `, ${broken.length} of ${mutant.faults.count} faults break an invariant${broken.length === 0 ? '' : ` (${[...new Set(broken)].join(', ')})`}`;
  console.log(
    `${mutant.guard}: off → ${verdict}${said(failed.length, 'test')}${failed.length === 0 ? '' : ` (${failed.join('; ')})`}${faults}`,
  );
}
process.exitCode = isGood ? 0 : 1;

function said(count: number, what: string): string {
  return count === 1 ? `1 ${what} fails` : `${count} ${what}s fail`;
}

/** @returns titles of the tests that failed. */
async function runTests(files: readonly string[], guard: string | null): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'room-mutants-'));
  const report = join(folder, 'report.json');
  // From the project's root, where npm starts it.
  const config = 'configs/tooling/vitest.mutants.config.ts';
  const vitest = join(projectFolder, 'node_modules', '.bin', 'vitest');
  try {
    await run(vitest, ['run', '-c', config, ...files, '--reporter=json', `--outputFile=${report}`], guard);
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      readonly testResults: readonly {
        readonly name: string;
        readonly message?: string;
        readonly status: string;
        readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
      }[];
    };
    // A file that can not even be loaded proves nothing of a guard.
    for (const file of testResults)
      if (file.assertionResults.length === 0)
        throw new Error(`${file.name} did not run: ${file.message ?? file.status}`);
    return testResults.flatMap((file) =>
      file.assertionResults.filter((test) => test.status === 'failed').map((test) => test.title),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the invariants that were broken, one for each scenario. */
async function runFaults(faults: NonNullable<Mutant['faults']>, guard: string): Promise<string[]> {
  const program = fileURLToPath(new URL('../run-faults.ts', import.meta.url));
  const args = ['--seed', String(faultSeed), '--count', String(faults.count), '--kind', faults.kind];
  const output = await run(process.execPath, [program, ...args], guard);
  return [...output.matchAll(/^scenario \d+ \(.*\):\n {2}(\w+):/gm)].map((match) => match[1]!);
}

function run(program: string, args: readonly string[], guard: string | null): Promise<string> {
  const child = spawn(program, args, {
    cwd: projectFolder,
    env: {
      ...process.env,
      ...(guard === null ? {} : { ROOM_MUTANT: guard }),
      NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${swap}`.trim(),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.resume();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}
