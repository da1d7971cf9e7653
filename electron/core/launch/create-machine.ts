import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { LaunchRecord, LaunchState } from '#shared/model/launch.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { LaunchDeps } from './deps.ts';
import { resolveEnv, type LaunchRecipe } from './recipe.ts';

/** A machine is on the list within a second or two of its create; a lost answer is looked for this long. */
const searchMs = 90_000;
const searchIntervalMs = 5000;

/** What the record of a launch says once its create is settled; the deadline counts from the create. */
export async function settleLaunch(
  launch: LaunchRecord,
  result: { readonly state: LaunchState; readonly instanceId: string | null; readonly message: string },
  deps: Pick<LaunchDeps, 'database' | 'now'>,
): Promise<void> {
  const at = new Date(deps.now()).toISOString();
  const { maxRunHours } = launch.guard;
  const from = Date.parse(launch.sentAt ?? at);
  const deadlineAt = result.instanceId === null ? null : new Date(from + maxRunHours * 3_600_000).toISOString();
  await deps.database.write('launch.settle', { id: launch.id, ...result, at, guard: { ...launch.guard, deadlineAt } });
}

/**
 * Sends the create, once, and answers with the id of the machine. Its answer is waited for whatever happens to
 * the job: only it says whether there is a machine. After a lost answer the list is searched for the label.
 * @throws RoomError the refusal in its own words; could_not_tell when a lost answer was not settled.
 */
export async function createMachine(
  launch: LaunchRecord,
  recipe: LaunchRecipe & { readonly onstart: string },
  context: JobContext,
  deps: LaunchDeps,
): Promise<string> {
  const { fleet, database } = deps;
  const env = await resolveEnv(recipe, deps.secrets);
  context.signal.throwIfAborted();
  const sentAt = new Date(deps.now()).toISOString();
  await database.write('launch.sent', { id: launch.id, at: sentAt });
  const sent: LaunchRecord = { ...launch, state: 'sent', sentAt };
  try {
    const instanceId = await fleet.client.createInstance({
      offerId: launch.plan.offer.id,
      image: recipe.image,
      diskGb: recipe.diskGb,
      env,
      onstart: recipe.onstart,
      runtype: recipe.runtype,
      label: recipe.label,
      bidPerHourUsd: recipe.bidPerHourUsd,
    });
    await settleLaunch(
      sent,
      { state: 'created', instanceId, message: 'The provider said which machine it made.' },
      deps,
    );
    return instanceId;
  } catch (thrown) {
    if (!(thrown instanceof RoomError)) throw thrown;
    const isLost = thrown.code === 'provider_unreachable' || thrown.code === 'answer_not_understood';
    if (!isLost) return findAfterRefusal(sent, thrown, context, deps);
    context.detail(`${thrown.message} It may have been done all the same: the list is searched for ${launch.label}.`);
    return findByLabel(sent, context, deps);
  }
}

const machineOf = (label: string, deps: LaunchDeps): Promise<string | null> =>
  deps.database.read('launch.machineOf', { label });

/** A refusal is believed, and looked at: machines came of refused creates before. */
async function findAfterRefusal(
  launch: LaunchRecord,
  refusal: RoomError,
  context: JobContext,
  deps: LaunchDeps,
): Promise<string> {
  const listFault = await deps.fleet.refresh({ priority: 'user', attempts: 2 }).then(() => null, toErrorPayload);
  const instanceId = await machineOf(launch.label, deps);
  if (instanceId !== null) {
    context.detail(`${refusal.message} A machine with this label is there all the same.`);
    await settleLaunch(launch, { state: 'created', instanceId, message: refusal.message }, deps);
    return instanceId;
  }
  const proof =
    listFault === null
      ? 'The whole list has no machine of its label: nothing was rented.'
      : `Whether it was rented all the same could not be looked up (${listFault.message})`;
  await settleLaunch(launch, { state: 'refused', instanceId: null, message: `${refusal.message} ${proof}` }, deps);
  throw new RoomError(refusal.code, `${refusal.message} ${proof}`, {
    hint: refusal.hint ?? 'Plan the launch again; a create is never repeated by itself.',
    details: { ...refusal.details, label: launch.label },
  });
}

/**
 * Looks for the machine of a launch whose answer was lost, and never sends a second create.
 * @throws RoomError could_not_tell when it did not appear in time: the room goes on looking.
 */
export async function findByLabel(launch: LaunchRecord, context: JobContext, deps: LaunchDeps): Promise<string> {
  const { fleet, timer } = deps;
  const deadline = timer.now() + searchMs;
  for (;;) {
    const listFault = await fleet.refresh({ priority: 'user', attempts: 1 }).then(() => null, toErrorPayload);
    const instanceId = await machineOf(launch.label, deps);
    if (instanceId !== null) {
      const message = 'The answer to the create was lost; the machine was found by its label.';
      context.detail(message);
      await settleLaunch(launch, { state: 'created', instanceId, message }, deps);
      return instanceId;
    }
    context.detail(listFault?.message ?? `No machine is labelled ${launch.label} yet.`);
    if (timer.now() >= deadline) throw notFound(launch, listFault?.message ?? null);
    // Cancelled, it goes on all the same: until it is known whether there is a machine, nobody can be told.
    await timer.sleep(searchIntervalMs);
    if (context.signal.aborted && toErrorPayload(context.signal.reason).code !== 'cancelled')
      throw context.signal.reason;
  }
}

function notFound(launch: LaunchRecord, listFault: string | null): RoomError {
  return new RoomError(
    'could_not_tell',
    `The answer to the create was lost, and no machine labelled ${launch.label} is seen ${searchMs / 1000} s later` +
      `${listFault === null ? '' : ` (${listFault})`}. Whether one was rented is not known: count it as billed.`,
    {
      hint: 'It is looked for with each list from now on. Look at the web console of the provider before you launch again.',
      details: { label: launch.label },
    },
  );
}
