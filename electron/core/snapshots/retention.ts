import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { SnapshotDeps } from './deps.ts';
import { prune } from './prune.ts';
import { planFor, type RetentionPlan } from './retention-plan.ts';

type RetentionInput = MethodParsedInput<'snapshots.retention'>;

/**
 * What may go of a machine's snapshots, and, where that plan was seen and the machine's id typed, takes it away. With
 * other times than those that are set it only says what they would mean.
 * @throws RoomError invalid_input unless the machine's id was typed, plan_moved when another plan was seen,
 * job_conflict while a pull runs. Nothing was removed then.
 */
export async function retainSnapshots(
  input: RetentionInput,
  deps: SnapshotDeps,
): Promise<MethodOutput<'snapshots.retention'>> {
  const { instanceId, apply } = input;
  const { isOn, keepsUnmirrored: _keeps, ...stored } = deps.retention();
  const times = input.times ?? stored;
  const plan = await planFor(instanceId, { times, isTyped: true }, deps);
  if (apply) checkSeen(input, plan);
  const [freesBytes, withWaiting] = [await ownBytes(plan.going, deps), [...plan.going, ...plan.waiting]];
  const waitingBytes = plan.waiting.length === 0 ? 0 : (await ownBytes(withWaiting, deps)) - freesBytes;
  const stayed = apply ? (await prune(plan, deps)).stayed : new Map<string, string>();
  const items = plan.choices.map((choice) => {
    const because = stayed.get(choice.id);
    const tag = plan.items.get(choice.id)!.tag;
    return because === undefined ? { ...choice, tag } : { id: choice.id, tag, decision: 'keep' as const, because };
  });
  return {
    instanceId,
    planId: plan.planId,
    items,
    freesBytes,
    isApplied: apply,
    isOn,
    times,
    isMirrorSetUp: deps.isMirrorSetUp(),
    keepsUnmirrored: plan.keepsUnmirrored,
    waitingCount: plan.waiting.length,
    waitingBytes,
  };
}

const ownBytes = async (items: RetentionPlan['going'], deps: SnapshotDeps): Promise<number> =>
  items.length === 0 ? 0 : deps.transfer.call('snapshots.ownBytes', { paths: items.map((item) => item.path) });

function checkSeen(input: RetentionInput, plan: RetentionPlan): void {
  const { instanceId } = input;
  if (input.times !== undefined)
    throw new RoomError('invalid_input', 'Other times can be looked at, not applied. Nothing was removed.', {
      hint: 'Set them first: settings.set {"retentionAllHours": …}.',
    });
  if (plan.going.length > 0 && input.confirm?.trim() !== instanceId)
    throw new RoomError(
      'invalid_input',
      `Removing ${plan.going.length} snapshots of machine ${instanceId} has to be confirmed by typing its id. Nothing was removed.`,
      { hint: `Say "confirm": "${instanceId}" and the "planId" of the preview.` },
    );
  if (input.planId !== plan.planId)
    throw new RoomError(
      'plan_moved',
      input.planId === undefined
        ? 'What goes has to be looked at first: "planId" says which plan was. Nothing was removed.'
        : 'What may go is no longer what the preview showed. Nothing was removed.',
      { hint: 'Look at the plan again.', details: { planId: plan.planId } },
    );
}
