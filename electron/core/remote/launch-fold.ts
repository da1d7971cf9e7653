import type { RemoteLaunch } from '#shared/model/remote-run.ts';
import type { StoreContext } from '../db/store-context.ts';
import type { HistoryEvent } from '../history/event.ts';

/** What was launched is never changed; a run that is taken up again is launched anew. */
export function foldRemoteLaunch({ sql }: StoreContext, event: HistoryEvent): void {
  const launch = event.payload as unknown as RemoteLaunch;
  sql.run('INSERT INTO remote_launch (event_id, step_id, instance_id, logical_clock, record) VALUES (?, ?, ?, ?, ?)', [
    event.id,
    launch.stepId,
    launch.instanceId,
    event.logicalClock,
    JSON.stringify(launch),
  ]);
}
