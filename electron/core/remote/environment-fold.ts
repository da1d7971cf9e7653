import type { StoreContext } from '../db/store-context.ts';
import type { HistoryEvent } from '../history/event.ts';

/** What an `environment.accepted` or `environment.pinned` event says. */
export type EnvironmentPayload = { readonly instanceId: string; readonly hash: string; readonly name: string };

/** Every word is kept; the newest one about a machine stands. */
export function foldEnvironment({ sql }: StoreContext, event: HistoryEvent): void {
  const { instanceId, hash, name } = event.payload as unknown as EnvironmentPayload;
  sql.run(
    `INSERT INTO environment_word (event_id, kind, instance_id, hash, name, actor, at, logical_clock)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      event.id,
      event.type === 'environment.pinned' ? 'pinned' : 'accepted',
      instanceId,
      hash,
      name,
      event.actor,
      event.wallTime,
      event.logicalClock,
    ],
  );
}
