import { hostname } from 'node:os';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { RemoteCheck, RemoteLaunch } from '#shared/model/remote-run.ts';
import { mappingOf, valueAt } from '#shared/rules/remote/config-document.ts';
import { readLogEvent } from '#shared/rules/log-event.ts';
import { parseLogLine } from '#shared/rules/log-line.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { machineOf } from '../snapshots/machine-of.ts';
import { mustHaveSucceeded, runGuardedStep } from './guarded-step.ts';
import { preflight } from './preflight.ts';
import { readPipelineConfig } from './read-config.ts';
import type { RemoteDeps } from './remote-deps.ts';
import { runScriptOf } from './run-script.ts';
import { stepIdOf } from './run-step.ts';

/**
 * A run behind its gate. What was launched is an event before anything starts; the outcome is told from result
 * files that are newer than the start, because exit codes mislead.
 * @throws RoomError held with every item of the gate, tool_failed when the run was no success
 */
export async function launchRun(
  deps: RemoteDeps,
  input: MethodParsedInput<'remote.launch'>,
  context: JobContext,
): Promise<MethodOutput<'remote.launch'>> {
  const { instanceId, target } = machineOf(input);
  const stepId = stepIdOf(context.jobId);
  // A job that is taken up again follows the run that it started, whatever the gate would say now.
  const before = await deps.database.read('remoteLaunch.ofStep', { stepId });
  const launch = before ?? (await passGate(deps, input, context));
  const step = await runGuardedStep(
    deps,
    {
      instanceId,
      target,
      kind: 'run',
      workDir: launch.workDir,
      spec: {
        lane: 'machine',
        title: launch.stages.length === 0 ? `run-all (${launch.mode})` : launch.stages.join(', '),
        argv: [],
        script: runScriptOf({ ...launch, logFile: input.logFile, facilities: facilitiesOf(launch.config.text) }),
        cwd: launch.checkout,
        env: {
          // One plain command, so that it works with a shell and without one, and fails no stage.
          BLUEPRINT_POST_STAGE_SYNC_CMD: `touch ${launch.workDir}/.room-stage-ended`,
          BLUEPRINT_POST_STAGE_SYNC_STRICT: '0',
          ...input.variables,
        },
      },
    },
    context,
    {
      line: (text) => {
        const parsed = parseLogLine(text);
        const event = parsed === null ? null : readLogEvent(parsed.text);
        if (event?.kind === 'start') context.detail(`${event.stageKey} runs.`);
        if (event?.kind === 'hook') deps.syncNow(instanceId);
      },
    },
  );
  return { step: mustHaveSucceeded(step), launch };
}

const facilitiesOf = (text: string): string[] => {
  const document = readPipelineConfig(text);
  return Object.keys(mappingOf(valueAt('faults' in document ? null : document.value, ['facilities'])));
};

async function passGate(
  deps: RemoteDeps,
  input: MethodParsedInput<'remote.launch'>,
  context: JobContext,
): Promise<RemoteLaunch> {
  const machine = machineOf(input);
  const { instanceId } = machine;
  const { rows, config } = await preflight(deps, machine, input, context);
  const overridden = new Set(input.overrides.map((it) => it.gate));
  const holding = rows.filter((it) => it.state === 'failed' || it.state === 'not_checked');
  const held = holding.filter((it) => !overridden.has(it.id));
  if (held.length > 0) throw heldBy(held, rows);
  const looks = await deps.database.read('environment.looks', { instanceId });
  const launch: RemoteLaunch = {
    stepId: stepIdOf(context.jobId),
    instanceId,
    at: new Date(deps.timer.now()).toISOString(),
    checkout: input.checkout,
    workDir: input.workDir,
    mode: input.mode,
    stages: input.stages,
    config: { path: config.path, sha256: config.sha256, text: config.text },
    checks: rows,
    // Those that were needed: a word about what is fine says nothing.
    overrides: input.overrides.filter((it) => holding.some((row) => row.id === it.gate)),
    environment: looks?.newest.hash ?? '',
    prompts: promptsOf(config.value),
  };
  const actor = await deps.actorOf(context.jobId);
  await deps.database.write('remoteLaunch.keep', { hostKey: hostname(), actor, launch });
  return launch;
}

function heldBy(held: readonly RemoteCheck[], rows: readonly RemoteCheck[]): RoomError {
  const worst = held[0]!;
  return new RoomError(
    'held',
    `${held.length} of ${rows.length} items hold the run: ${held
      .slice(0, 6)
      .map((it) => `${it.id}: ${it.evidence}`)
      .join(' ')}`,
    {
      hint: `${worst.fix ?? 'Look at it first.'} Or pass over it by name: "overrides": [{"gate":"${worst.id}","because":"…"}]. Nothing was started.`,
      details: {
        gates: held.map((it) => it.id),
        rows,
        ...(worst.incident === null ? {} : { incidentId: worst.incident }),
      },
    },
  );
}

/** Prompts that stand in the configuration, and where the pipeline takes them from without any. */
function promptsOf(config: unknown): RemoteLaunch['prompts'] {
  const enrich = mappingOf(valueAt(config, ['enrich']));
  const variants = Array.isArray(enrich['variants']) ? enrich['variants'].map(mappingOf) : [];
  if (variants.length > 0)
    return variants.slice(0, 100).map((it) => ({
      name: wordsOf(it['name']),
      prompt: wordsOf(it['prompt']),
      origin: 'config',
    }));
  return [{ name: '*', prompt: '', origin: enrich['dynamic_variants'] === false ? 'built_in' : 'model' }];
}

const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : '');
