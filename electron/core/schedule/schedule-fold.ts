import type { ScheduleSettings } from '#shared/model/schedule.ts';
import type { StoreContext } from '../db/store-context.ts';
import type { HistoryEvent } from '../history/event.ts';

/** What `schedule.set` says: how a machine is copied from now on. */
export type SchedulePayload = { readonly instanceId: string; readonly settings: ScheduleSettings };

/** The newest event about a machine counts. */
export function foldSchedule({ sql }: StoreContext, event: HistoryEvent): void {
  const { instanceId, settings } = event.payload as SchedulePayload;
  sql.run(
    `INSERT INTO schedule (instance_id, event_id, at, actor, settings)
     VALUES (:instanceId, :eventId, :at, :actor, :settings)
     ON CONFLICT (instance_id) DO UPDATE SET event_id = :eventId, at = :at, actor = :actor, settings = :settings`,
    { instanceId, eventId: event.id, at: event.wallTime, actor: event.actor, settings: JSON.stringify(settings) },
  );
}
