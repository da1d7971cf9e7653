import type { Database } from '../db/database.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { EmitEvent } from '../events.ts';
import type { Jobs } from '../jobs/service.ts';
import type { Clock } from '../ports.ts';
import type { Outside } from './outside.ts';
import type { OwnSlots } from './own-slots.ts';
import type { TellIncidents } from './tell-incidents.ts';

/** What copies machines by itself works with. */
export type ScheduleDeps = {
  readonly database: Database;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly jobs: Pick<Jobs, 'get' | 'waitFor'>;
  readonly call: Dispatcher['dispatch'];
  /** An errand is gone in a moment: it waits for no second failure before it tells of one. */
  readonly role: 'resident' | 'errand';
  readonly own: OwnSlots;
  readonly tell: TellIncidents;
  /** Says outside that all is well. */
  readonly beat: Outside['beat'];
  /** How often large files are looked for, by a sync profile; null is the default one. @throws RoomError not_found */
  readonly largeEveryMs: (profileId: string | null) => number;
};

/** Whoever the schedule acts as. */
export const scheduleCaller = { actor: 'schedule', name: 'the schedule' } as const;

export const nowIso = (deps: Pick<ScheduleDeps, 'clock'>): string => new Date(deps.clock.now()).toISOString();
