import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { RemoteCheck } from '#shared/model/remote-run.ts';
import { valueAt } from '#shared/rules/remote/config-document.ts';
import { lintConfig } from '#shared/rules/remote/config-lint.ts';
import { readCheckRows } from '#shared/rules/remote/check-rows.ts';
import { judgeLaunch } from '#shared/rules/remote/launch-checks.ts';
import { estimateRunBytes } from '#shared/rules/remote/run-size.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { machineOf } from '../snapshots/machine-of.ts';
import type { SshTarget } from '../ssh/machine-shell.ts';
import { runGuardedStep } from './guarded-step.ts';
import { checkFromMachine, filesFor } from './hub-machine.ts';
import { askProgram } from './machine-program.ts';
import { readPipelineConfig } from './read-config.ts';
import type { RemoteDeps } from './remote-deps.ts';
import { readStepText } from './step-log.ts';
import { syncOf } from './sync-state.ts';

const seenSchema = z.object({
  v: z.literal(1),
  now: z.number(),
  hasCheckout: z.boolean(),
  config: z.string().nullable(),
  present: z.array(z.string()),
  rate: z.string().nullish(),
  shutdownCommand: z.string().nullish(),
  leaseAgeSeconds: z.number().nullable(),
  imports: z.array(z.object({ module: z.string(), because: z.string().nullable() })),
  disk: z.object({ folder: z.string(), freeBytes: z.number(), totalBytes: z.number() }),
  gpus: z.array(z.object({ name: z.string(), totalMb: z.number(), freeMb: z.number() })).nullable(),
  hasResults: z.boolean(),
  hasWarmupCache: z.boolean(),
  home: z.string(),
});

export type RunPlan = Omit<MethodParsedInput<'remote.preflight'>, 'instanceId' | 'target' | 'acceptNewHostKey'>;
export type Preflight = {
  readonly rows: RemoteCheck[];
  readonly config: { readonly path: string; readonly sha256: string; readonly text: string; readonly value: unknown };
  /** Where steps live on the machine. */
  readonly home: string;
};

/** Stages that need the large GPU; renders and evaluations of clips do not. */
const heavy: ReadonlySet<string> = new Set(['enrich', 'finetune', 'eval-policy', 'finetune-policy', 'rl-loop-policy']);

/** True when nothing of it holds a launch. */
export const mayLaunch = (rows: readonly RemoteCheck[]): boolean =>
  rows.every((it) => it.state === 'passed' || it.state === 'warning');

/**
 * Looks at all that a run needs, on the machine itself: the room's own rows, then the pipeline's.
 * @throws RoomError of the connection, path_missing without the checkout or the configuration
 */
export async function preflight(
  deps: RemoteDeps,
  machine: { readonly instanceId: string; readonly target: SshTarget },
  plan: RunPlan,
  context: JobContext,
): Promise<Preflight> {
  const { instanceId, target } = machine;
  const { signal } = context;
  const checks = deps.checks();
  const environment = await context.step('Environment', async () => {
    await deps.environments.look(machine, { moment: 'probe', stepId: null }, signal);
    return deps.environments.view(instanceId);
  });
  const asked = deps.timer.now();
  const seen = await context.step('Machine', () =>
    askProgram(deps, target, {
      program: 'room-checks.py',
      schema: seenSchema,
      input: {
        checkout: plan.checkout,
        workDir: plan.workDir,
        config: plan.config,
        modules: checks.imports,
        names: checks.variables,
      },
      what: 'itself',
      timeoutMs: 900_000,
      signal,
    }),
  );
  if (seen.config === null)
    throw new RoomError('path_missing', `There is no ${plan.config} in ${plan.checkout} on the machine.`, {
      hint: seen.hasCheckout ? 'Say which one: "config".' : 'Say where the pipeline is checked out: "checkout".',
    });
  const bytes = Buffer.from(seen.config, 'base64');
  const text = bytes.toString('utf8');
  const document = readPipelineConfig(text);
  const value = 'faults' in document ? null : document.value;
  const rate = Number(seen.rate);
  const ratePerHourUsd = seen.rate?.trim() && Number.isFinite(rate) && rate > 0 ? rate : null;
  const lint =
    'faults' in document
      ? document.faults
      : lintConfig(document, {
          ...(await deps.history.about(document.value)),
          ratePerHourUsd,
          shutdownCommand: seen.shutdownCommand ?? null,
          mode: plan.mode,
          isDryRun: false,
          hasResults: seen.hasResults,
          hasWarmupCache: seen.hasWarmupCache,
        });
  const gated = await context.step('Gated files', () =>
    checkFromMachine(deps, target, {
      checkout: plan.checkout,
      files: filesFor(checks, {
        guardrails: valueAt(value, ['enrich', 'disable_guardrails']) === false,
        dual: valueAt(value, ['eval_policy', 'headline_scope']) === 'dual',
      }),
      signal,
    }).catch((thrown: unknown) => {
      if (signal.aborted) throw thrown;
      return null;
    }),
  );
  const isHeavy = plan.stages.length === 0 || plan.stages.some((it) => heavy.has(it));
  const rows = judgeLaunch({
    environment,
    imports: seen.imports,
    gated,
    disk: seen.disk,
    neededBytes: estimateRunBytes(value),
    gpus: seen.gpus,
    neededGpuMb: isHeavy ? checks.gpuMb : Math.min(checks.gpuMb, 8000),
    wantedNames: checks.variables,
    presentNames: seen.present,
    cap: valueAt(value, ['cloud', 'max_cost_usd']) ?? 500,
    ratePerHourUsd,
    shutdownCommand: seen.shutdownCommand ?? null,
    leaseAgeSeconds: seen.leaseAgeSeconds,
    lint,
    sync: await syncOf(deps, instanceId),
    skewSeconds: seen.now - asked / 1000,
  });
  const own = environment.state === 'good' ? await pipelineRows(deps, machine, plan, context) : [notAsked];
  return {
    rows: [...rows, ...own],
    config: { path: plan.config, sha256: createHash('sha256').update(bytes).digest('hex'), text, value },
    home: seen.home,
  };
}

const notAsked: RemoteCheck = {
  id: 'pipeline-preflight',
  by: 'pipeline',
  state: 'not_checked',
  evidence: 'It was not asked: the environment has changed.',
  fix: 'Put the environment right first.',
  incident: null,
};

async function pipelineRows(
  deps: RemoteDeps,
  machine: { readonly instanceId: string; readonly target: SshTarget },
  plan: RunPlan,
  context: JobContext,
): Promise<RemoteCheck[]> {
  const step = await runGuardedStep(
    deps,
    {
      ...machine,
      kind: 'preflight',
      part: 'preflight',
      spec: {
        lane: 'machine',
        title: 'Preflight of the pipeline',
        argv: ['blueprint-validate', '--config', plan.config, '--work-dir', plan.workDir, 'preflight'],
        cwd: plan.checkout,
      },
    },
    context,
  );
  const { rows, count } = readCheckRows(await readStepText(deps.workspacePath, step));
  const isWhole = count !== null && count.all === rows.length;
  const hasFailed = rows.some((it) => it.state !== 'passed');
  const isCredible = isWhole && (step.exitCode === 0) === !hasFailed;
  const drifted = step.outcome?.because.includes('changed the environment') === true;
  if (isCredible && !drifted) return [...rows];
  return [
    ...rows,
    {
      id: 'pipeline-preflight',
      by: 'pipeline',
      state: drifted ? 'failed' : 'not_checked',
      evidence: drifted
        ? step.outcome!.because
        : `${rows.length} rows came, its own count says ${count?.all ?? 'nothing'}, and it ended with ${step.exitCode ?? 'a signal'}.`,
      fix: `What it wrote: steps.log {"id":"${step.id}"}`,
      incident: drifted ? '1' : null,
    },
  ];
}

/** The gate of a run by itself, for whoever wants to see it before. */
export async function runPreflight(
  deps: RemoteDeps,
  input: MethodParsedInput<'remote.preflight'>,
  context: JobContext,
): Promise<{ rows: RemoteCheck[]; mayLaunch: boolean; configHash: string | null }> {
  const { rows, config } = await preflight(deps, machineOf(input), input, context);
  return { rows, mayLaunch: mayLaunch(rows), configHash: config.sha256 };
}
