import type { HistoryEvent } from '../history/event.ts';
import type { StoreContext } from '../db/store-context.ts';

/** What an `instance.owned` event says: whose a machine is from now on. */
export type OwnedPayload = {
  readonly instanceId: string;
  readonly ownership: 'ours' | 'known' | 'unknown';
  readonly owner: string | null;
  readonly until: string | null;
  readonly note: string | null;
};

/** The newest event about a machine counts. */
export function foldOwner({ sql }: StoreContext, event: HistoryEvent): void {
  const { instanceId, ownership, owner, until, note } = event.payload as OwnedPayload;
  sql.run(
    `INSERT INTO instance_owner (instance_id, event_id, ownership, owner, until, note) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (instance_id) DO UPDATE SET event_id = excluded.event_id, ownership = excluded.ownership,
       owner = excluded.owner, until = excluded.until, note = excluded.note`,
    [instanceId, event.id, ownership, owner, until, note],
  );
}
