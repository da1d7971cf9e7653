import type { FleetAlert, FleetItem } from '#shared/model/fleet.ts';
import type { GuardRecord } from './store.ts';

/** Shorter pauses are loading, evaluating, or between two stages. */
const idleAfterMs = 10 * 60_000;
const freshMs = 120_000;
const leaseFreshMs = 10 * 60_000;

type Guarded = Pick<FleetItem, 'phase' | 'ownership' | 'guard' | 'burnRatePerHourUsd'>;

/** What of the guards of a machine a person should look at. @param now ISO */
export function guardAlertsOf(item: Guarded, isGpuBilled: boolean, record: GuardRecord, now: string): FleetAlert[] {
  const alerts: FleetAlert[] = [];
  const { guard } = item;
  const isRunning = item.phase === 'running';
  if (guard.state === 'stop_not_confirmed') alerts.push({ code: 'guard_stop_not_confirmed', message: guard.words });
  if (item.ownership === 'ours' && isGpuBilled && !guard.room.isArmed && guard.lease.state !== 'armed')
    alerts.push({ code: 'unguarded', message: 'It is ours and billed, and nothing would stop it by itself: arm it.' });
  if (guard.room.isArmed && isRunning && guard.lease.state === 'unknown' && record.lease !== null)
    alerts.push({ code: 'lease_unreadable', message: `Its lease can not be read. ${guard.lease.because}` });
  const since = isRunning && isGpuBilled ? quietSince(record, now) : null;
  if (since !== null)
    alerts.push({ code: 'billed_idle', message: `It is billed, and its GPU has done nothing since ${since}.` });
  return alerts;
}

/** The machine's own word counts first; else the GPU figures of the API, seen without a gap. */
function quietSince({ lease, watch }: GuardRecord, now: string): string | null {
  const ageMs = (at: string): number => Date.parse(now) - Date.parse(at);
  const status = lease?.status ?? null;
  if (status !== null && lease?.readAt != null && status.isAlive && ageMs(lease.readAt) <= leaseFreshMs) {
    if (status.busy !== '') return null;
    const quietMs = (status.quietSeconds ?? 0) * 1000;
    if (quietMs >= idleAfterMs) return new Date(Date.parse(lease.readAt) - quietMs).toISOString();
  }
  if (watch?.quietSince == null || ageMs(watch.sampledAt) > freshMs) return null;
  return ageMs(watch.quietSince) >= idleAfterMs ? watch.quietSince : null;
}
