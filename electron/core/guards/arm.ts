import { hostname } from 'node:os';
import { RoomError } from '#shared/errors.ts';
import type { MethodParsedInput } from '#shared/contract/index.ts';
import type { GuardSettings } from '#shared/model/guard.ts';
import type { LaunchGuard } from '#shared/model/launch.ts';
import type { Database } from '../db/database.ts';
import { checkTyped } from '../instances/action.ts';
import type { Fleet } from '../instances/fleet.ts';
import type { Jobs } from '../jobs/service.ts';
import { takeBackStop } from './drive-stop.ts';
import type { ArmedSettings } from './guard-fold.ts';

export type ArmDeps = {
  readonly fleet: Fleet;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly now: () => number;
};

/**
 * Arms the room's guard of a machine, in the name of a person.
 * @throws RoomError not_found, conflict for one that is gone, invalid_input for times that can not be, or for
 * a machine that is not ours and whose id was not typed.
 */
export async function armGuard(input: MethodParsedInput<'guards.arm'>, actor: string, deps: ArmDeps): Promise<void> {
  const { id } = input;
  const { item } = await deps.fleet.viewOne(id);
  if (item.goneAt !== null) throw new RoomError('conflict', `Machine ${id} is gone: there is nothing to guard.`);
  if (item.ownership !== 'ours')
    checkTyped(id, input.confirm, 'It is not ours, and a guard stops what runs there: arming');
  const settings: GuardSettings = {
    idleMinutes: input.idleMinutes,
    stopWhenFinished: input.stopWhenFinished,
    deadlineAt: deadlineOf(input, deps.now()),
    policy: input.policy,
  };
  await recordArming({ instanceId: id, isArmed: true, settings, note: input.note ?? null, actor }, deps);
}

/** Takes the guard off a machine. Its settings are kept, for whoever arms it again. */
export async function disarmGuard(
  input: MethodParsedInput<'guards.disarm'>,
  actor: string,
  deps: ArmDeps,
): Promise<void> {
  const { arming } = await deps.database.read('guards.record', { instanceId: input.id });
  if (arming?.isArmed !== true)
    throw new RoomError('conflict', `Machine ${input.id} is not armed in this room. Nothing was changed.`);
  const note = input.note ?? null;
  await recordArming({ instanceId: input.id, isArmed: false, settings: arming.settings, note, actor }, deps);
}

/** Arms a machine from its launch. @returns what is armed, in one sentence. */
export async function armLaunched(
  instanceId: string,
  guard: LaunchGuard,
  deps: Pick<ArmDeps, 'database' | 'jobs' | 'now'>,
): Promise<string> {
  const { idleMinutes, stopWhenFinished, policy, leaseMinutes, maxRunHours } = guard;
  const deadlineAt = guard.deadlineAt ?? new Date(deps.now() + maxRunHours * 3_600_000).toISOString();
  const leaseSeconds = Math.round(leaseMinutes * 60);
  await recordArming(
    {
      instanceId,
      isArmed: true,
      settings: { idleMinutes, stopWhenFinished, deadlineAt, policy, leaseSeconds },
      note: 'Armed by its launch.',
      actor: 'launch',
    },
    deps,
  );
  return `The guard of this room is armed: it stops the machine at ${deadlineAt} in any case.`;
}

/** The event, and the end of a stop that an older arming had decided. */
async function recordArming(
  armed: {
    readonly instanceId: string;
    readonly isArmed: boolean;
    readonly settings: ArmedSettings;
    readonly note: string | null;
    readonly actor: string;
  },
  deps: Pick<ArmDeps, 'database' | 'jobs' | 'now'>,
): Promise<void> {
  const { instanceId, isArmed, settings, note, actor } = armed;
  const at = new Date(deps.now()).toISOString();
  await deps.database.write('guards.arm', {
    hostKey: hostname(),
    actor,
    wallTime: at,
    isArmed,
    armed: { instanceId, settings, note },
  });
  const { stop } = await deps.database.read('guards.record', { instanceId });
  if (stop !== null && stop.endedAt === null)
    await takeBackStop(stop, `${isArmed ? 'Armed anew' : 'Disarmed'} by ${actor}.`, deps);
}

function deadlineOf(
  { deadlineAt, maxRunHours }: Pick<MethodParsedInput<'guards.arm'>, 'deadlineAt' | 'maxRunHours'>,
  nowMs: number,
): string | null {
  if (deadlineAt !== undefined && maxRunHours !== undefined)
    throw new RoomError('invalid_input', 'deadlineAt and maxRunHours say the same: give one of them.');
  if (maxRunHours !== undefined) return new Date(nowMs + maxRunHours * 3_600_000).toISOString();
  if (deadlineAt === undefined) return null;
  if (Date.parse(deadlineAt) > nowMs) return deadlineAt;
  throw new RoomError('invalid_input', `${deadlineAt} is over already. Nothing was changed.`, {
    hint: `Stop it with instances.stop, or give a time after ${new Date(nowMs).toISOString()}.`,
  });
}
