import type { Database } from '../db/database.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { EmitEvent } from '../events.ts';
import type { Jobs } from '../jobs/service.ts';
import type { Clock, Notifier } from '../ports.ts';

/** What copies machines by itself works with. */
export type ScheduleDeps = {
  readonly database: Database;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly notify: Notifier;
  readonly jobs: Pick<Jobs, 'get' | 'waitFor'>;
  readonly call: Dispatcher['dispatch'];
};

export const nowIso = (deps: Pick<ScheduleDeps, 'clock'>): string => new Date(deps.clock.now()).toISOString();
