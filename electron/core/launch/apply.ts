import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { LaunchRecord } from '#shared/model/launch.ts';
import { newId } from '../ids.ts';
import { readUntil, withLedger, type ActionDeps } from '../instances/action.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { adoptMachine } from './adopt.ts';
import { checkMarket, checkPlan, loadPlan } from './check-plan.ts';
import { createMachine, findByLabel } from './create-machine.ts';
import type { LaunchDeps } from './deps.ts';
import type { StoredPlan } from './store.ts';
import { billedWords, waitUntilRunning, whatToDo } from './wait-running.ts';

type ApplyInput = MethodParsedInput<'launch.apply'>;
type ApplyOutput = MethodOutput<'launch.apply'>;

/** sshd may need some seconds after the container runs, and keys are put in meanwhile. */
const sshTimeoutMs = 300_000;
const firstReadMs = 15_000;

const actionDepsOf = (deps: LaunchDeps): ActionDeps => ({
  fleet: deps.fleet,
  database: deps.database,
  timer: deps.timer,
  now: deps.now,
  actorOf: deps.actorOf,
});

/**
 * Rents the machine of a plan, once, and waits until it runs. Every step can be taken up by another engine from
 * the record of the launch: a create that was sent is looked for, never sent again.
 * @throws RoomError conflict when price or state has moved; still_billed when there is a machine and it does not
 * run; could_not_tell when it is not known whether there is one.
 */
export async function applyPlan(input: ApplyInput, context: JobContext, deps: LaunchDeps): Promise<ApplyOutput> {
  const stored = await loadPlan(input.planId, deps);
  const begun = await deps.database.read('launch.ofPlan', { planId: input.planId });
  const launch = begun?.jobId === context.jobId ? begun : await prepare(input, stored, context, deps);
  const instanceId = await obtain(launch, stored, context, deps);
  try {
    return await bringUp(instanceId, { launch, stored, input }, context, deps);
  } catch (thrown) {
    throw context.signal.aborted && toErrorPayload(context.signal.reason).code === 'cancelled'
      ? await cancelledButThere(instanceId, deps)
      : thrown;
  }
}

/** Holds the plan against what is there now, and writes down what will be sent. */
async function prepare(
  input: ApplyInput,
  stored: StoredPlan,
  context: JobContext,
  deps: LaunchDeps,
): Promise<LaunchRecord> {
  const { plan } = stored;
  await context.step('Check the plan', () => checkPlan(input, stored, deps));
  await context.step('Read offer, price and credit again', async () => {
    const gates = await checkMarket(stored, input.overrides, deps, context.signal);
    const overridden = gates.filter((it) => it.state === 'failed').map((it) => it.title);
    context.detail(
      overridden.length === 0 ? 'Nothing has moved.' : `Nothing has moved. Overridden: ${overridden.join(', ')}.`,
    );
  });
  const isFirst = await context.step('Write down what is rented', async () =>
    deps.database.write('launch.prepare', {
      id: newId('launch'),
      planId: plan.id,
      jobId: context.jobId,
      label: plan.label,
      actor: await deps.actorOf(context.jobId),
      preparedAt: new Date(deps.now()).toISOString(),
      guard: plan.guard,
      overrides: input.overrides,
    }),
  );
  const launch = await deps.database.read('launch.ofPlan', { planId: plan.id });
  if (isFirst && launch !== null) return launch;
  throw new RoomError('conflict', 'This plan is being applied by another job. Nothing more was rented.', {
    hint: 'Look at the job list.',
  });
}

/** The machine of a launch: made now, or found when its create was sent before. */
async function obtain(
  launch: LaunchRecord,
  { recipe }: StoredPlan,
  context: JobContext,
  deps: LaunchDeps,
): Promise<string> {
  if (launch.instanceId !== null) return launch.instanceId;
  if (launch.state !== 'prepared')
    return context.step('Find the machine by its label', () => findByLabel(launch, context, deps));
  const { onstart } = recipe;
  if (onstart === null) throw new RoomError('conflict', 'This plan has no onstart text. Nothing was rented.');
  return context.step('Create the machine', () => createMachine(launch, { ...recipe, onstart }, context, deps));
}

async function bringUp(
  instanceId: string,
  from: { readonly launch: LaunchRecord; readonly stored: StoredPlan; readonly input: ApplyInput },
  context: JobContext,
  deps: LaunchDeps,
): Promise<ApplyOutput> {
  const { launch, stored, input } = from;
  const { plan } = stored;
  const action = actionDepsOf(deps);
  await context.step('Adopt it', async () => {
    await adoptMachine(instanceId, launch, deps);
    await readFirst(instanceId, context, action);
    context.detail(`Machine ${instanceId} is ours. ${plan.cap.words}.`);
  });
  const running = await withLedger({ id: instanceId, kind: 'create', asked: 'running' }, context, action, () =>
    context.step('Wait until it runs', () =>
      waitUntilRunning(instanceId, input.timeoutMinutes * 60_000, context, action),
    ),
  );
  const settled = (await deps.database.read('launch.ofPlan', { planId: plan.id })) ?? launch;
  await context.step('Arm the guard', async () =>
    context.detail(deps.armGuard === null ? plan.layers.room : await deps.armGuard(instanceId, settled.guard)),
  );
  const ssh = await context.step('Wait for SSH', () => knock(instanceId, context, deps));
  const entry = await deps.database.read('instances.entry', { id: instanceId });
  return {
    instanceId,
    label: plan.label,
    planId: plan.id,
    ...running,
    hostId: entry?.instance.hostId ?? plan.offer.hostId,
    ratePerHourUsd: entry?.instance.runningRatePerHourUsd ?? plan.cost.perHourUsd,
    cap: plan.cap.words,
    deadlineAt: settled.guard.deadlineAt ?? plan.stopsAt,
    ssh,
  };
}

/** The row of a new machine comes within a second or two; the ledger can say what was asked of it only then. */
async function readFirst(id: string, context: JobContext, action: ActionDeps): Promise<void> {
  await readUntil<true>(id, context, action, firstReadMs, async (read, isLast) =>
    isLast || (!(read instanceof RoomError) && read.kind === 'row') ? true : null,
  );
}

/** @throws RoomError still_billed when it runs and does not answer. */
async function knock(id: string, context: JobContext, deps: LaunchDeps): Promise<ApplyOutput['ssh']> {
  if (deps.waitForSsh === null) {
    const because = 'SSH was not tried: nothing in this room can knock yet.';
    context.detail(because);
    return { state: 'not_tried', because };
  }
  const { state, because } = await deps.waitForSsh(id, { timeoutMs: sshTimeoutMs, signal: context.signal });
  context.detail(because);
  if (state === 'answers') return { state, because };
  throw new RoomError(
    'still_billed',
    `Machine ${id} runs, and SSH does not answer (${state}). ${because} ${await billedWords(id, deps)}`,
    { hint: whatToDo(id), details: { instanceId: id } },
  );
}

async function cancelledButThere(id: string, deps: LaunchDeps): Promise<RoomError> {
  return new RoomError(
    'still_billed',
    `Cancelled, and machine ${id} exists: only the wait for it has ended. ${await billedWords(id, deps)}`,
    { hint: whatToDo(id), details: { instanceId: id } },
  );
}
