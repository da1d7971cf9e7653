import type { EnvironmentView } from '../../model/environment.ts';
import type { HubAnswer } from '../../model/hub.ts';
import { hubRemedy } from '../../model/hub.ts';
import type { RemoteCheck } from '../../model/remote-run.ts';
import { readCapFor } from '../budget.ts';
import { classifyShutdownCommand } from '../shutdown-command.ts';
import type { LintFinding } from './finding.ts';

/** What was seen before a run. Null: it could not be read, which holds as a fault does. */
export type LaunchFacts = {
  readonly environment: Pick<EnvironmentView, 'state' | 'words'>;
  readonly imports: readonly { readonly module: string; readonly because: string | null }[];
  readonly gated: { readonly hasToken: boolean; readonly items: readonly HubAnswer[] } | null;
  readonly disk: { readonly folder: string; readonly freeBytes: number };
  readonly neededBytes: number;
  readonly gpus: readonly { readonly name: string; readonly totalMb: number; readonly freeMb: number }[] | null;
  readonly neededGpuMb: number;
  readonly wantedNames: readonly string[];
  readonly presentNames: readonly string[];
  /** `cloud.max_cost_usd` as it stands in the configuration; the pipeline's own is 500. */
  readonly cap: unknown;
  readonly ratePerHourUsd: number | null;
  readonly shutdownCommand: string | null;
  /** Age of the last beat of the lease; null when there is no lease. */
  readonly leaseAgeSeconds: number | null;
  readonly lint: readonly LintFinding[];
  readonly sync: { readonly isGood: boolean; readonly words: string };
  readonly skewSeconds: number;
};

/** The daemon looks around every few seconds; minutes of silence are no life. */
const longestLeaseSilence = 300;
const skewWarning = 30;
const skewFault = 300;

const gb = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** The room's own rows of the gate, each with the incident that it would have spared. */
export function judgeLaunch(facts: LaunchFacts): RemoteCheck[] {
  const row = (
    id: string,
    state: RemoteCheck['state'],
    evidence: string,
    fix: string | null = null,
    incident: string | null = null,
  ): RemoteCheck => ({
    id,
    by: 'room',
    state,
    evidence,
    fix: state === 'passed' ? null : fix,
    incident: state === 'passed' ? null : incident,
  });
  const missing = facts.imports.filter((it) => it.because !== null);
  const absent = facts.wantedNames.filter((name) => !facts.presentNames.includes(name));
  const cap = readCapFor(facts.cap, facts.ratePerHourUsd);
  const skew = Math.abs(facts.skewSeconds);
  return [
    row(
      'environment',
      facts.environment.state === 'good' ? 'passed' : 'failed',
      facts.environment.words,
      'Put it back, or accept it by name: environment.accept.',
      '1',
    ),
    row(
      'imports',
      missing.length === 0 ? 'passed' : 'failed',
      missing.length === 0
        ? `${facts.imports.length} modules were imported.`
        : missing.map((it) => `${it.module}: ${it.because}`).join(' '),
      'pip install --no-deps NAME==VERSION, through remote.prepare.',
      '5',
    ),
    gatedRow(facts, row),
    row(
      'disk',
      facts.disk.freeBytes >= facts.neededBytes ? 'passed' : 'failed',
      `${gb(facts.disk.freeBytes)} free at ${facts.disk.folder}; the run may write ${gb(facts.neededBytes)}.`,
      'Free some, or rent a larger disk: a full disk ends a checkpoint in the middle.',
    ),
    gpuRow(facts, row),
    row(
      'tokens',
      absent.length === 0 ? 'passed' : 'failed',
      absent.length === 0 ? `Set: ${facts.wantedNames.join(', ')}.` : `Not set on the machine: ${absent.join(', ')}.`,
      'Write them into scripts/runtime_env.local on the machine.',
      '8',
    ),
    cap.ok
      ? row('budget', 'passed', cap.words)
      : row('budget', 'failed', cap.because, 'Set BLUEPRINT_GPU_HOURLY_RATE_USD, or the cap to 0 for none.', '4'),
    shutdownRow(facts, row),
    row(
      'sync',
      facts.sync.isGood ? 'passed' : 'failed',
      facts.sync.words,
      'Switch it on (schedule.set), and prove it once (sync.prove).',
      '9',
    ),
    row(
      'clock',
      skew <= skewWarning ? 'passed' : skew <= skewFault ? 'warning' : 'failed',
      `The clock of the machine is ${Math.round(skew)} s ${facts.skewSeconds < 0 ? 'behind' : 'ahead'}.`,
      'Results are told from old ones by their times: set its clock.',
    ),
    ...facts.lint
      .filter((it) => it.severity !== 'note')
      .map((it) =>
        row(
          `config:${it.rule}`,
          it.severity === 'error' ? 'failed' : 'warning',
          `${it.line === null ? '' : `line ${it.line}: `}${it.message}`,
          it.fix,
          it.incident,
        ),
      ),
  ];
}

type Row = (
  id: string,
  state: RemoteCheck['state'],
  evidence: string,
  fix?: string | null,
  incident?: string | null,
) => RemoteCheck;

function gatedRow({ gated }: LaunchFacts, row: Row): RemoteCheck {
  if (gated === null) return row('gated-files', 'not_checked', 'The machine could not ask the hub.', null, '8');
  const bad = gated.items.filter((it) => it.state !== 'accessible');
  if (bad.length === 0) return row('gated-files', 'passed', `A byte of each of ${gated.items.length} files was read.`);
  const refused = bad.filter((it) => it.state !== 'could_not_tell');
  const worst = refused[0] ?? bad[0]!;
  return row(
    'gated-files',
    refused.length > 0 ? 'failed' : 'not_checked',
    bad.map((it) => `${it.repository}/${it.file}: ${it.because}`).join(' '),
    hubRemedy(worst),
    worst.repository.includes('Guardrail') ? '7' : '8',
  );
}

function gpuRow({ gpus, neededGpuMb }: LaunchFacts, row: Row): RemoteCheck {
  if (gpus === null || gpus.length === 0)
    return row('gpu', 'failed', 'No GPU is visible (nvidia-smi).', 'Stop the machine, and rent another one.');
  const largest = gpus.toSorted((a, b) => b.totalMb - a.totalMb)[0]!;
  const words = `${largest.name}: ${largest.freeMb} of ${largest.totalMb} MiB are free; ${neededGpuMb} are needed.`;
  if (largest.totalMb < neededGpuMb) return row('gpu', 'failed', words, 'These stages need a larger GPU.');
  if (largest.freeMb < neededGpuMb)
    return row('gpu', 'failed', words, 'Something else holds its memory: end it first (nvidia-smi on the machine).');
  return row('gpu', 'passed', words);
}

function shutdownRow({ shutdownCommand, leaseAgeSeconds }: LaunchFacts, row: Row): RemoteCheck {
  const fix = 'Arm it: shutdown.arm, then prove it: shutdown.drill.';
  const command = classifyShutdownCommand(shutdownCommand);
  if (command.kind !== 'real') return row('shutdown', 'failed', command.because, fix, '13');
  if (leaseAgeSeconds === null)
    return row('shutdown', 'failed', 'The command asks a lease, and there is none on the machine.', fix, '13');
  return leaseAgeSeconds > longestLeaseSilence
    ? row('shutdown', 'failed', `The lease has not looked around for ${leaseAgeSeconds} s: it is dead.`, fix, '13')
    : row('shutdown', 'passed', `${command.because} The lease lives: its last beat is ${leaseAgeSeconds} s old.`);
}
