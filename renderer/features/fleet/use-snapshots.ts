import { useMemo } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';
import type { SnapshotsRead } from './snapshot-words.ts';

/** How each machine's newest copy stands. */
export function useSnapshots(): SnapshotsRead {
  const list = useRoomQuery('snapshots.list', { limit: 1 });
  const schedules = useRoomQuery('schedule.list', { slots: 1 });
  return useMemo(
    () => ({
      machines:
        list.data === undefined ? null : new Map(list.data.machines.map((machine) => [machine.instanceId, machine])),
      error: list.error,
      schedules:
        schedules.data === undefined ? null : new Map(schedules.data.items.map((item) => [item.instanceId, item])),
    }),
    [list.data, list.error, schedules.data],
  );
}
