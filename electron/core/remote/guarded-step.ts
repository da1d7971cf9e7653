import { RoomError } from '#shared/errors.ts';
import type { EnvironmentChange } from '#shared/model/environment.ts';
import type { RemoteStep } from '#shared/model/step.ts';
import { diffFingerprints } from '#shared/rules/remote/fingerprint-diff.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { SshTarget } from '../ssh/machine-shell.ts';
import { wordsOf, type Environments } from './environment.ts';
import type { StepListener } from './follow-step.ts';
import { beginStep, finishStep, stepIdOf, type StepRequest } from './run-step.ts';
import { saveStep, type StepDeps } from './step-deps.ts';
import { openStepLog } from './step-log.ts';
import { judgeStep } from './step-outcome.ts';

export type GuardedDeps = StepDeps & { readonly environments: Environments };

const logTailBytes = 1024 * 1024;

/**
 * A step between two looks at the environment. The look before is held against the one after the last step, so
 * that somebody's own ssh counts; drift fails the step although it ended with 0.
 * @throws RoomError held when the environment has drifted, tool_failed when the step was no success
 */
export async function runGuarded(deps: GuardedDeps, request: StepRequest, context: JobContext): Promise<RemoteStep> {
  return mustHaveSucceeded(await runGuardedStep(deps, request, context));
}

/**
 * The same, for whoever judges its end: a step that failed is an answer.
 */
export async function runGuardedStep(
  deps: GuardedDeps,
  request: StepRequest,
  context: JobContext,
  listener: StepListener = {},
): Promise<RemoteStep> {
  const { instanceId, target } = request;
  const id = stepIdOf(context.jobId, request.part);
  const known = await deps.database.read('steps.get', { id });
  if (known === null)
    await context.step('Environment before', async () => {
      await deps.environments.look({ instanceId, target }, { moment: 'before', stepId: id }, context.signal);
      await deps.environments.mustBeGood(instanceId);
    });
  const begun = await context.step('Start', () => beginStep(deps, request, context));
  const ended = await context.step(request.spec.title, () => finishStep(deps, begun, context, listener));
  return context.step('Environment after', () => closeStep(deps, { step: ended, target }, context.signal));
}

/** Looks at the environment after a step, and writes down what the step came to. */
export async function closeStep(
  deps: GuardedDeps,
  { step, target }: { readonly step: RemoteStep; readonly target: SshTarget },
  signal: AbortSignal,
): Promise<RemoteStep> {
  const since = step.startedAt === null ? 0 : Date.parse(step.startedAt) / 1000;
  const results =
    step.workDir === null || step.state === 'lost'
      ? null
      : await deps.stepShell.results(target, step.workDir, since, signal);
  const outcome = judgeStep(step, results);
  if (step.state === 'lost') return saveStep(deps, { ...step, outcome }, target);
  const { instanceId } = step;
  const before = await deps.database.read('environment.looks', { instanceId });
  const after = await deps.environments.look({ instanceId, target }, { moment: 'after', stepId: step.id }, signal);
  const earlier =
    before === null ? null : await deps.database.read('environment.content', { hash: before.newest.hash });
  const changes: readonly EnvironmentChange[] =
    earlier === null || before?.newest.hash === after.hash
      ? []
      : diffFingerprints(earlier, after.content, await logOf(deps, step));
  if (changes.length === 0) return saveStep(deps, { ...step, outcome }, target);
  const by = changes.find((it) => it.by !== null)?.by ?? null;
  const drift = `It changed the environment: ${wordsOf(changes)}.${by === null ? '' : ` ${by}`}`;
  const because = outcome.isGood ? `${drift} ${outcome.because}` : `${outcome.because} ${drift}`;
  return saveStep(deps, { ...step, outcome: { isGood: false, because } }, target);
}

async function logOf(deps: StepDeps, step: RemoteStep): Promise<readonly string[]> {
  const log = openStepLog(deps.workspacePath, step.instanceId, step.id);
  const bytes = await log.read(Math.max(0, step.readBytes - logTailBytes), logTailBytes);
  return bytes.toString('utf8').split('\n');
}

/** @throws RoomError cancelled, could_not_tell or tool_failed, with what the step came to. */
export function mustHaveSucceeded(step: RemoteStep): RemoteStep {
  if (step.outcome?.isGood === true) return step;
  const code = step.state === 'lost' || step.state === 'vanished' ? 'could_not_tell' : 'tool_failed';
  throw new RoomError(code, `${step.title}: ${step.outcome?.because ?? 'its end is not known'}`, {
    hint: `What it wrote: steps.log {"id":"${step.id}"}`,
    details: {
      stepId: step.id,
      ...(step.outcome?.because.includes('changed the environment') === true ? { incidentId: '1' } : {}),
    },
  });
}
