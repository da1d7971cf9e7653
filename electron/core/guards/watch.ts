import type { Database } from '../db/database.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { EmitEvent } from '../events.ts';
import type { OpenFleet } from '../instances/open-fleet.ts';
import { startPoller } from '../instances/poller.ts';
import { createTimer, type Timer } from '../instances/timer.ts';
import type { Jobs } from '../jobs/service.ts';
import type { Ports } from '../ports.ts';
import { createGuardLoop } from './guard-loop.ts';
import { createLeaseKeeper } from './lease-keeper.ts';
import type { MachineHands } from './machine-hands.ts';
import { createWorkReader } from './work-reader.ts';

/** What an open room does by itself: it reads the fleet, guards it, and holds the leases of its machines. */
export type Watch = {
  /** One look of the guard at once. Never rejects. */
  look(): Promise<void>;
  stop(): Promise<void>;
};

export function startWatch(deps: {
  readonly open: OpenFleet;
  readonly ports: Ports;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly emit: EmitEvent;
  readonly call: Dispatcher['dispatch'];
  readonly hands: MachineHands;
}): Watch {
  const { open, database, jobs, emit, hands } = deps;
  const { clock, log, notify } = deps.ports;
  const keeper = createLeaseKeeper({ lease: hands.lease, database, emit, log, now: () => open().timer.now() });
  const { shell, remoteFolder } = hands;
  const work = createWorkReader({ shell, remoteFolder, now: () => open().timer.now() });
  const guards = createGuardLoop({
    open,
    database,
    jobs,
    startStop: (input) => deps.call('instances.stop', input, { actor: 'guard', name: 'guard' }),
    notify,
    emit,
    log,
    work,
    keeper,
  });
  /** Faster than real time when the provider is; a wrong address of it keeps no room from opening. */
  const pace = (): Timer => {
    try {
      return open().actionTimer;
    } catch {
      return createTimer(clock);
    }
  };
  const poller = startPoller({
    fleet: () => open().fleet,
    timer: { now: clock.now, sleep: (ms, signal) => pace().sleep(ms, signal) },
    log,
    afterwards: () => guards.look(),
  });
  return {
    look: () => guards.look(),
    async stop() {
      await poller.stop();
      await keeper.close();
      await work.close();
    },
  };
}
