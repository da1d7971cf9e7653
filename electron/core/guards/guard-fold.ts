import type { DrillView, GuardSettings } from '#shared/model/guard.ts';
import type { StoreContext } from '../db/store-context.ts';
import type { HistoryEvent } from '../history/event.ts';

export type ArmedSettings = GuardSettings & {
  /** How long the machine runs on when this room is gone; left out, half an hour. */
  readonly leaseSeconds?: number;
};

/** What `guard.armed` and `guard.disarmed` say: how a machine is guarded from now on. */
export type ArmedPayload = {
  readonly instanceId: string;
  readonly settings: ArmedSettings;
  readonly note: string | null;
};

/** What `guard.drilled` says: how a fire drill went, or who takes a machine without one. */
export type DrilledPayload = {
  readonly instanceId: string;
  readonly state: Exclude<DrillView['state'], 'never'>;
  readonly because: string;
};

/** The newest event about a machine counts. */
export function foldGuard({ sql }: StoreContext, event: HistoryEvent): void {
  const { instanceId, settings } = event.payload as ArmedPayload;
  sql.run(
    `INSERT INTO guard (instance_id, event_id, is_armed, at, actor, settings)
     VALUES (:instanceId, :eventId, :isArmed, :at, :actor, :settings)
     ON CONFLICT (instance_id) DO UPDATE SET event_id = :eventId, is_armed = :isArmed, at = :at, actor = :actor,
       settings = :settings`,
    {
      instanceId,
      eventId: event.id,
      isArmed: event.type === 'guard.armed' ? 1 : 0,
      at: event.wallTime,
      actor: event.actor,
      settings: JSON.stringify(settings),
    },
  );
}

/** The newest drill of a machine counts: one that fails ends an older pass. */
export function foldDrill({ sql }: StoreContext, event: HistoryEvent): void {
  const { instanceId, state, because } = event.payload as DrilledPayload;
  sql.run(
    `INSERT INTO guard_drill (instance_id, event_id, state, at, actor, because)
     VALUES (:instanceId, :eventId, :state, :at, :actor, :because)
     ON CONFLICT (instance_id) DO UPDATE SET event_id = :eventId, state = :state, at = :at, actor = :actor,
       because = :because`,
    { instanceId, eventId: event.id, state, at: event.wallTime, actor: event.actor, because },
  );
}
