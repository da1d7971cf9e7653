import { shellQuote } from '../ssh/shell-quote.ts';

export type RunScript = {
  readonly config: { readonly path: string; readonly sha256: string };
  readonly workDir: string;
  readonly mode: 'fresh' | 'resume';
  readonly stages: readonly string[];
  readonly facilities: readonly string[];
  /** Below the work dir. */
  readonly logFile: string;
};

/**
 * Text for bash, run in the checkout: the run, with its log on the machine as well. The configuration has to be
 * the one that the gate saw (else 97). A stage command ends with 0 although its stage failed, so each one is
 * followed by a look at its result file, and the first that is no success ends the subset.
 */
export function runScriptOf(run: RunScript): string {
  const program = `blueprint-validate --config ${shellQuote(run.config.path)} --work-dir ${shellQuote(run.workDir)}`;
  const log = shellQuote(`${run.workDir}/${run.logFile}`);
  const sum = shellQuote(`${run.config.sha256}  ${run.config.path}`);
  return [
    'set -u -o pipefail',
    `printf '%s\\n' ${sum} | sha256sum -c --quiet - || { echo 'The configuration has changed since its gate: nothing was run.'; exit 97; }`,
    `mkdir -p "$(dirname ${log})" || exit 1`,
    'run() {',
    ...(run.stages.length === 0
      ? [`  ${program} run-all${run.mode === 'resume' ? ' --resume' : ''}`]
      : [
          '  local begun',
          ...run.stages.flatMap((stage) =>
            run.facilities.flatMap((facility) => [
              `  begun=$(date +%s); ${program} ${stage} --facility ${shellQuote(facility)} || return`,
              `  fresh ${shellQuote(`${run.workDir}/${facility}`)} "$begun" || { echo "${stage} left no result that is a success."; return 1; }`,
            ]),
          ),
        ]),
    '}',
    freshResult,
    `run 2>&1 | tee -a ${log}`,
    'exit "${PIPESTATUS[0]}"',
    '',
  ].join('\n');
}

const freshResult = `fresh() {
  python3 -I - "$1" "$2" <<'LOOK'
import glob, json, os, sys
new = [p for p in glob.glob(os.path.join(sys.argv[1], "s*_result.json")) if os.stat(p).st_mtime >= float(sys.argv[2])]
states = []
for path in new:
    try:
        with open(path) as file:
            states.append(json.load(file).get("status"))
    except (OSError, ValueError):
        states.append(None)
sys.exit(not states or any(state not in ("success", "skipped") for state in states))
LOOK
}`;
