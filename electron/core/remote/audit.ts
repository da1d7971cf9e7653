import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { RemoteCheck } from '#shared/model/remote-run.ts';
import type { RemoteStep } from '#shared/model/step.ts';
import { readCheckRows } from '#shared/rules/remote/check-rows.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { machineOf } from '../snapshots/machine-of.ts';
import { mustHaveSucceeded, runGuardedStep } from './guarded-step.ts';
import { lintOnMachine, type LintedScripts } from './linted-scripts.ts';
import { readMachineTree } from './machine-tree.ts';
import type { RemoteDeps } from './remote-deps.ts';
import { scanTree } from './scan-secrets.ts';
import { readStepText } from './step-log.ts';

/** Rows of this are the audit's own; what preflight prints in between is its evidence. */
const ownRows: ReadonlySet<string> = new Set(['python', 'tests', 'lint', 'preflight', 'installs']);

/**
 * Tests, lint and preflight of a checkout in the environment as it is. That it changed nothing is proved by the
 * fingerprints around it, whatever the audited project calls (incidents 2 and 3).
 * @throws RoomError held when its script would change the environment, tool_failed with the rows otherwise
 */
export async function audit(
  deps: RemoteDeps,
  input: MethodParsedInput<'remote.audit'>,
  context: JobContext,
): Promise<MethodOutput<'remote.audit'>> {
  const { instanceId, target } = machineOf(input);
  const { checkout, script, signal } = { ...input, signal: context.signal };
  const { guard, ...linted }: LintedScripts =
    script === undefined
      ? { scripts: [], findings: [], overridden: [], guard: '' }
      : await context.step('Lint', () =>
          lintOnMachine(deps, target, { checkout, entry: script, override: input.override, signal }),
        );
  const scan = await context.step('Secrets', async () => {
    const tree = await readMachineTree(deps, target, { root: checkout, only: null, signal });
    return scanTree(tree, { name: checkout, read: tree.read, exclude: input.exclude, signal });
  });
  const own = await readFile(join(deps.remoteFolder, 'audit.sh'), 'utf8');
  // A script of the checkout runs behind the same shims, in place of the three of the room.
  const text =
    script === undefined ? own : `${guard}${own.replace(/^if ! has pytest[^]*?(?=^if \[ -s )/m, byScript(script))}`;
  const step = await runGuardedStep(
    deps,
    {
      instanceId,
      target,
      kind: 'audit',
      spec: {
        lane: 'machine',
        title: 'Audit',
        argv: [input.config ?? '-', ...input.tests],
        script: text,
        cwd: checkout,
      },
    },
    context,
  );
  const rows = rowsOf(await readStepText(deps.workspacePath, step), step);
  const { hash } = (await deps.database.read('environment.looks', { instanceId }))!.newest;
  if (step.outcome?.isGood === true && scan.findingCount === 0 && rows.every((it) => it.state === 'passed'))
    return { step, linted, rows, scan, environment: hash };
  if (step.outcome?.because.includes('changed the environment') === true) mustHaveSucceeded(step);
  const bad = rows.filter((it) => it.state !== 'passed').map((it) => `${it.id}: ${it.evidence}`);
  const secrets = scan.findings.slice(0, 3).map((it) => `${it.file}:${it.line}: ${it.message}`);
  throw new RoomError(
    'tool_failed',
    `The audit did not pass: ${[...bad, ...secrets].join(' ') || (step.outcome?.because ?? '')}`,
    {
      hint: `What it wrote: steps.log {"id":"${step.id}"}`,
      details: {
        stepId: step.id,
        rows,
        secrets: scan.findings.slice(0, 50),
        ...(rows.some((it) => it.id === 'installs' && it.state === 'failed') ? { incidentId: '2' } : {}),
      },
    },
  );
}

const byScript = (script: string): string =>
  `if bash '${script}'; then row PASS tests; else row FAIL tests "${script} ended with $?"; fi\n`;

/** The last row of each name: what the audited project prints before it counts for nothing. */
function rowsOf(text: string, step: RemoteStep): RemoteCheck[] {
  const rows = new Map<string, RemoteCheck>();
  for (const row of readCheckRows(text).rows) if (ownRows.has(row.id)) rows.set(row.id, { ...row, by: 'room' });
  if (!rows.has('installs'))
    rows.set('installs', {
      id: 'installs',
      by: 'room',
      state: 'not_checked',
      evidence: `The audit did not come to its end. ${step.outcome?.because ?? ''}`,
      fix: null,
      incident: null,
    });
  return [...rows.values()];
}
