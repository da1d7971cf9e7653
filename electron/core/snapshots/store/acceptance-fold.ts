import type { StoreContext } from '../../db/store-context.ts';
import type { HistoryEvent } from '../../history/event.ts';

/** What a `snapshot.accepted` event says: a person has looked at a held snapshot, and it is right. */
export type AcceptedPayload = { readonly snapshotId: string; readonly instanceId: string; readonly tag: string };

export function foldAcceptance({ sql }: StoreContext, event: HistoryEvent): void {
  const { snapshotId } = event.payload as AcceptedPayload;
  sql.run(
    `INSERT INTO snapshot_acceptance (snapshot_id, event_id, accepted_at) VALUES (?, ?, ?)
     ON CONFLICT (snapshot_id) DO NOTHING`,
    [snapshotId, event.id, event.wallTime],
  );
}
