import { runProgram } from './run-program.ts';

type Check = { readonly name: string; readonly program: string; readonly args: readonly string[] };

/** The folders that hold what people write; the rest is data or made. */
const written = ['build', 'configs', 'electron', 'renderer', 'shared', 'tests'];
const oxfmt = ['-c', 'configs/tooling/oxfmt.json', '--no-error-on-unmatched-pattern'];

const structure: Check = {
  name: 'structure',
  program: 'vitest',
  args: ['run', '-c', 'configs/tooling/vitest.config.ts', '--project', 'structure', '--reporter', 'dot'],
};

/** The slow ones first: two run at a time. */
const checks: readonly Check[] = [
  {
    name: 'dead code',
    program: 'knip',
    args: ['-c', 'configs/tooling/knip.json', '--no-progress'],
  },
  { name: 'lint', program: 'oxlint', args: ['-c', 'configs/tooling/oxlintrc.json', '--deny-warnings', ...written] },
  ...['shared', 'electron', 'electron/main', 'electron/preload', 'renderer', 'tests', 'build'].map((room) => ({
    name: `types of ${room}`,
    program: 'tsc',
    args: ['-p', `${room}/tsconfig.json`],
  })),
  { name: 'format', program: 'oxfmt', args: [...oxfmt, '--check', ...written, 'package.json'] },
];

/** Types, lint, format and dead code, two at a time; what fails prints what it said. Answers the failed ones. */
export async function runChecks(options: { readonly structure: boolean }): Promise<readonly string[]> {
  const waiting = options.structure ? [structure, ...checks] : [...checks];
  const failed: string[] = [];
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const { exitCode, output, elapsedMs } = await runProgram(check.program, check.args, { show: false });
      const seconds = (elapsedMs / 1000).toFixed(1);
      if (exitCode === 0) {
        console.log(`ok    ${check.name} (${seconds} s)`);
      } else {
        failed.push(check.name);
        console.log(`FAIL  ${check.name} (${seconds} s)\n${output.trimEnd().replaceAll(/^/gm, '      ')}`);
      }
    }
  };
  await Promise.all([worker(), worker()]);
  return failed;
}

/** Writes every file as the formatter wants it. */
export async function writeFormat(paths: readonly string[]): Promise<number> {
  const wanted = paths.length > 0 ? paths : [...written, 'package.json'];
  const { exitCode } = await runProgram('oxfmt', [...oxfmt, '--write', ...wanted], { show: true });
  return exitCode;
}
