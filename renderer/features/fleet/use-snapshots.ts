import { useMemo } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';
import type { SnapshotsRead } from './snapshot-words.ts';

/** How each machine's newest copy stands. */
export function useSnapshots(): SnapshotsRead {
  const list = useRoomQuery('snapshots.list', { limit: 1 });
  return useMemo(
    () => ({
      machines:
        list.data === undefined ? null : new Map(list.data.machines.map((machine) => [machine.instanceId, machine])),
      error: list.error,
    }),
    [list.data, list.error],
  );
}
