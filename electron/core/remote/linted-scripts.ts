import { RoomError } from '#shared/errors.ts';
import type { ScriptFinding } from '#shared/model/remote-check.ts';
import { scriptsRunBy, type ScriptFile } from '#shared/rules/remote/script-closure.ts';
import { lintScript } from '#shared/rules/remote/script-lint.ts';
import type { SshTarget } from '../ssh/machine-shell.ts';
import { shellQuote } from '../ssh/shell-quote.ts';
import type { ProgramDeps } from './machine-program.ts';
import { readMachineTree } from './machine-tree.ts';

export type LintedScripts = {
  readonly scripts: string[];
  readonly findings: ScriptFinding[];
  readonly overridden: string[];
  /** Text for bash, run in the checkout: ends with 97 unless the scripts are still those that were looked at. */
  readonly guard: string;
};

const scriptNames = String.raw`\.(?:sh|bash|py)$`;

/**
 * Lints a script of a machine's checkout, or one that a person brings, with every script that it runs there.
 * @throws RoomError held on an error that is not passed over by its rule, before anything is started;
 * path_missing when the script is not there
 */
export async function lintOnMachine(
  deps: ProgramDeps,
  target: SshTarget,
  ask: {
    readonly checkout: string;
    /** Path below the checkout, or a text with its name. */
    readonly entry: string | ScriptFile;
    readonly override: readonly string[];
    readonly signal: AbortSignal;
  },
): Promise<LintedScripts> {
  const tree = await readMachineTree(deps, target, { root: ask.checkout, only: scriptNames, signal: ask.signal });
  const files = await Promise.all(
    tree.files.map(async ({ path }) => ({ path, text: (await tree.read(path)).toString('utf8') })),
  );
  const { entry } = ask;
  const first = typeof entry === 'string' ? files.find(({ path }) => path === entry) : entry;
  if (first === undefined || first.text === '')
    throw new RoomError(
      'path_missing',
      `There is no script ${typeof entry === 'string' ? entry : entry.path} in ${ask.checkout} on the machine.`,
      {
        hint: 'Say which one: "script", below the checkout; or "file", on this computer.',
      },
    );
  const reached = scriptsRunBy(first, files);
  const findings = reached.flatMap(({ path, text }) =>
    lintScript(text, path).map((finding) => ({ file: path, ...finding })),
  );
  const errors = findings.filter((it) => it.severity === 'error');
  const held = errors.filter((it) => !ask.override.includes(it.rule));
  if (held.length > 0) {
    const worst = held[0]!;
    throw new RoomError(
      'held',
      `${held.length === 1 ? 'A finding holds it' : `${held.length} findings hold it`}: ${worst.file}:${worst.line ?? 1}: ${worst.message}`,
      {
        hint: `${worst.fix} Or pass over it: "override": ["${worst.rule}"]. Nothing was started.`,
        details: { findings, ...(worst.incident === null ? {} : { incidentId: worst.incident }) },
      },
    );
  }
  const sums = reached
    .filter(({ path }) => tree.hashOf(path) !== null)
    .map(({ path }) => `${tree.hashOf(path)}  ${path}`);
  return {
    scripts: reached.map(({ path }) => path),
    findings,
    overridden: [...new Set(errors.map((it) => it.rule))],
    guard:
      sums.length === 0
        ? ''
        : `printf '%s\\n' ${sums.map(shellQuote).join(' ')} | sha256sum -c --quiet - || { echo 'A script has changed since it was looked at: nothing was run.'; exit 97; }\n`,
  };
}
