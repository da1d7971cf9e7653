import { RoomError } from '#shared/errors.ts';
import type { GuardView } from '#shared/model/guard.ts';
import type { Database } from '../db/database.ts';
import type { Dispatcher, Handlers } from '../dispatcher.ts';
import type { EmitEvent } from '../events.ts';
import type { ActionDeps } from '../instances/action.ts';
import type { OpenFleet } from '../instances/open-fleet.ts';
import type { Jobs } from '../jobs/service.ts';
import { armGuard, disarmGuard, type ArmDeps } from './arm.ts';
import { drillMachine, overrideDrill } from './drill.ts';
import { leaseViewOf } from './guard-view.ts';
import { keepAnswer } from './lease-keeper.ts';
import type { LeaseLimits } from './lease-shell.ts';
import type { MachineHands } from './machine-hands.ts';
import { armShutdown, checkShutdown, type ShutdownDeps } from './shutdown.ts';
import { stopAll } from './stop-all.ts';

type GuardMethods =
  | 'guards.arm'
  | 'guards.disarm'
  | 'guards.status'
  | 'guards.renew'
  | 'instances.stopAll'
  | 'shutdown.check'
  | 'shutdown.arm'
  | 'shutdown.drill'
  | 'shutdown.override';

export function guardHandlers(deps: {
  readonly open: OpenFleet;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly emit: EmitEvent;
  readonly call: Dispatcher['dispatch'];
  readonly hands: MachineHands;
  /** A look at every machine at once, where the guard watches. */
  readonly lookNow: () => Promise<void>;
}): Pick<Handlers, GuardMethods> {
  const { open, database, jobs, emit } = deps;
  const now = (): number => open().timer.now();
  const arming = (): ArmDeps => ({ fleet: open().fleet, database, jobs, now });
  const changed = (): void => emit({ name: 'instances.changed', payload: {} });
  const viewOf = async (id: string): Promise<GuardView> => (await open().fleet.viewOne(id)).item.guard;
  const action = (): ActionDeps => ({
    fleet: open().fleet,
    database,
    timer: open().actionTimer,
    now,
    actorOf: async (jobId) => (await jobs.get(jobId)).actor,
  });
  const { hands } = deps;
  const shutdown = (): ShutdownDeps => ({ ...hands, database, now });
  const subject = ({ id }: { readonly id: string }): string => `machine ${id}`;
  const lane = ({ id }: { readonly id: string }): string => `instance ${id}`;

  return {
    'guards.arm': async (input, caller) => {
      await armGuard(input, caller.name, arming());
      await deps.lookNow();
      changed();
      return { id: input.id, guard: await viewOf(input.id) };
    },
    'guards.disarm': async (input, caller) => {
      await disarmGuard(input, caller.name, arming());
      changed();
      return { id: input.id, guard: await viewOf(input.id) };
    },
    'guards.status': async ({ id }) => {
      const { item } = await open().fleet.viewOne(id);
      if (item.phase !== 'running') return { id, guard: item.guard };
      const answer = await hands.lease.status(id);
      await keepAnswer({ instanceId: id, answer, setByEventId: null }, { database, now });
      return { id, guard: await viewOf(id) };
    },
    'guards.renew': async ({ id, leaseSeconds, maxRunSeconds, idleSeconds }) => {
      await open().fleet.viewOne(id);
      const limits: LeaseLimits = {
        leaseSeconds,
        ...(maxRunSeconds === undefined ? {} : { maxRunSeconds }),
        ...(idleSeconds === undefined ? {} : { idleSeconds }),
      };
      const answer = await hands.lease.renew(id, limits);
      await keepAnswer({ instanceId: id, answer, setByEventId: null }, { database, now });
      changed();
      if (answer.kind === 'none')
        throw new RoomError('could_not_tell', `The lease of machine ${id} was not renewed. ${answer.words}`);
      const { lease } = await database.read('guards.record', { instanceId: id });
      return { id, lease: leaseViewOf(lease, new Date(now()).toISOString()) };
    },
    'instances.stopAll': {
      subject: () => 'every armed machine',
      lane: 'stop everything',
      isRestartable: true,
      run: async (input, context) => {
        const { actor } = await jobs.get(context.jobId);
        const startStop = (stop: unknown) => deps.call('instances.stop', stop, { actor, name: actor });
        return stopAll(input, context, { fleet: open().fleet, database, jobs, startStop });
      },
    },
    'shutdown.check': async (input) => checkShutdown(input, shutdown()),
    'shutdown.arm': {
      subject,
      lane,
      isRestartable: true,
      run: async (input, context) => armShutdown(input, context, shutdown()),
    },
    // A full drill that is started anew would ask a machine for a stop that nobody confirmed this time.
    'shutdown.drill': {
      subject,
      lane,
      isRestartable: false,
      run: async (input, context) => drillMachine(input, context, { action: action(), lease: hands.lease, database }),
    },
    'shutdown.override': async (input, caller) => {
      await open().fleet.viewOne(input.id);
      const drill = await overrideDrill(input, caller.name, { action: action(), database });
      changed();
      return { id: input.id, drill };
    },
  };
}
