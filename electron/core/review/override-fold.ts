import type { OrientationVerdict } from '#shared/rules/orientation/verdict.ts';
import type { StoreContext } from '../db/store-context.ts';
import type { HistoryEvent } from '../history/event.ts';

/** What an `orientation.overruled` event says: a person's word on the depth of a clip. */
export type OverruledPayload = {
  readonly clipId: string;
  /** Null takes an earlier word back. */
  readonly verdict: OrientationVerdict | null;
  readonly reason: string;
  /** The control depth that was looked at; null when it was not there. */
  readonly controlMediaId: string | null;
};

/** Every word is kept; the newest one about a clip stands. */
export function foldOverride({ sql }: StoreContext, event: HistoryEvent): void {
  const { clipId, verdict, reason, controlMediaId } = event.payload as unknown as OverruledPayload;
  sql.run(
    `INSERT INTO orientation_override (event_id, clip_id, verdict, reason, control_media_id, actor, decided_at, logical_clock)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [event.id, clipId, verdict, reason, controlMediaId, event.actor, event.wallTime, event.logicalClock],
  );
}
