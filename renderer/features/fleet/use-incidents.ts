import { useMemo } from 'react';
import { byAttention } from '#shared/rules/fleet-attention.ts';
import { useNow } from '../../ui/use-now.ts';
import { incidentsOf, type Incident } from './incidents.ts';
import { useFleet } from './use-fleet.ts';
import { useSnapshots } from './use-snapshots.ts';

/** What is open right now; its ages go by ten seconds. */
export function useIncidents(): readonly Incident[] {
  const { rows, view } = useFleet();
  const copies = useSnapshots();
  const nowMs = useNow(10_000);
  return useMemo(() => incidentsOf(rows.toSorted(byAttention), view, copies, nowMs), [rows, view, copies, nowMs]);
}
