import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { RemoteStep, StepKind } from '#shared/model/step.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { SshTarget } from '../ssh/machine-shell.ts';
import { endOf, followStep, type StepListener } from './follow-step.ts';
import { saveStep, type StepDeps } from './step-deps.ts';
import type { StepSpec } from './step-shell.ts';

export type StepRequest = {
  readonly instanceId: string;
  readonly target: SshTarget;
  readonly kind: StepKind;
  readonly spec: Omit<StepSpec, 'id'>;
  /** Of the pipeline, when it writes result files: they count as well as the exit code. */
  readonly workDir?: string;
  /** Which one, where a job has more than one. */
  readonly part?: string;
};

/** The id of the step of a job: the same job, taken up again, finds its step and starts no second one. */
export const stepIdOf = (jobId: string, part?: string): string =>
  `${jobId.replace(/^job_/, 'step_')}${part === undefined ? '' : `_${part}`}`;

/** Starts a step on a machine, or finds the one that this job started before. @throws RoomError job_conflict. */
export async function beginStep(
  deps: StepDeps,
  request: StepRequest,
  context: JobContext,
): Promise<{ readonly step: RemoteStep; readonly target: SshTarget }> {
  const id = stepIdOf(context.jobId, request.part);
  const known = await deps.database.read('steps.get', { id });
  if (known !== null && known.step.state !== 'starting') return known;
  const step: RemoteStep = known?.step ?? {
    id,
    instanceId: request.instanceId,
    kind: request.kind,
    title: request.spec.title,
    lane: request.spec.lane,
    jobId: context.jobId,
    workDir: request.workDir ?? null,
    state: 'starting',
    because: null,
    createdAt: new Date(deps.timer.now()).toISOString(),
    startedAt: null,
    endedAt: null,
    unknownSince: null,
    exitCode: null,
    signalNumber: null,
    leftCount: null,
    readBytes: 0,
    writtenBytes: 0,
    gaps: [],
    outcome: null,
  };
  // The row is there before the step is: after a crash in between, the machine is asked.
  await saveStep(deps, step, request.target);
  try {
    const told = await deps.stepShell.start(request.target, { ...request.spec, id }, context.signal);
    if (told.state === 'unknown') throw new RoomError('tool_failed', 'The machine did not start the step.');
  } catch (thrown) {
    const error = toErrorPayload(thrown);
    // Lost on the way: it may have started. Whoever follows it asks the machine.
    if (error.code !== 'ssh_unreachable' && error.code !== 'could_not_tell') {
      await saveStep(
        deps,
        { ...step, state: 'vanished', because: error.message, outcome: { isGood: false, because: error.message } },
        request.target,
      );
      throw thrown;
    }
  }
  return { step: await saveStep(deps, { ...step, state: 'running' }, request.target), target: request.target };
}

/**
 * Follows a step to its end. A job that is cancelled ends everything that the step started, and verifies it; a
 * room that closes leaves it running.
 */
export async function finishStep(
  deps: StepDeps,
  begun: { readonly step: RemoteStep; readonly target: SshTarget },
  context: JobContext,
  listener: StepListener = {},
): Promise<RemoteStep> {
  try {
    return await followStep(deps, begun, context.signal, {
      ...listener,
      changed: (step) => {
        context.detail(wordsOf(step));
        listener.changed?.(step);
      },
    });
  } catch (thrown) {
    if (context.signal.aborted && toErrorPayload(context.signal.reason).code === 'cancelled')
      await cancelStep(deps, begun.step.id, 15);
    throw thrown;
  }
}

/**
 * Ends a step with everything that it started.
 * @throws RoomError could_not_tell when something of it is left, or the machine does not answer
 */
export async function cancelStep(deps: StepDeps, id: string, graceSeconds: number): Promise<RemoteStep> {
  const known = await deps.database.read('steps.get', { id });
  if (known === null) throw new RoomError('not_found', `There is no step ${id} in this workspace.`);
  const told = await deps.stepShell.cancel(known.target, id, graceSeconds);
  const left = told.left ?? null;
  if (left !== 0)
    throw new RoomError('could_not_tell', `${left ?? 'Unknown how many'} processes of the step did not end.`, {
      hint: 'Look at the machine; a process that waits for a disk or the GPU can not be killed.',
    });
  const patch = endOf(told);
  return saveStep(
    deps,
    {
      ...known.step,
      ...patch,
      state: 'cancelled',
      leftCount: 0,
      writtenBytes: told.bytes ?? known.step.writtenBytes,
      outcome: { isGood: false, because: 'Cancelled. Nothing of it is left on the machine.' },
    },
    known.target,
  );
}

/** How far a step is, for the row of its job. */
function wordsOf(step: RemoteStep): string {
  if (step.state === 'unknown') return `Unknown since ${step.unknownSince}: ${step.because}`;
  return `${step.state}, ${step.readBytes} bytes of output${step.gaps.length === 0 ? '' : `, ${step.gaps.length} gaps`}`;
}
