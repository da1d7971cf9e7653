import type { FleetAlert, FleetItem } from '#shared/model/fleet.ts';
import type { StoredSight } from '../ssh/sight-store.ts';
import type { LedgerEntry } from './store.ts';

/** A knock older than this says nothing about now. */
const sightIsCurrentMs = 120_000;
/** A machine that has just started is silent for a while. */
const silencePatienceMs = 180_000;

/** A sight counts while it is new and of the state that the machine is in. */
function isCurrent({ sight }: StoredSight, entry: LedgerEntry, now: string): boolean {
  if (sight.at === null || Date.parse(now) - Date.parse(sight.at) > sightIsCurrentMs) return false;
  return Date.parse(sight.at) >= Date.parse(entry.actualSince);
}

/** Answers over SSH; null when nobody has knocked lately, or not since the state of the machine changed. */
export const reachableOf = (ssh: StoredSight, entry: LedgerEntry, now: string): boolean | null =>
  isCurrent(ssh, entry, now) ? ssh.sight.state === 'answers' : null;

/** Where SSH does not see what the provider says. */
export function sshAlertsOf(
  item: Pick<FleetItem, 'phase'>,
  ssh: StoredSight,
  entry: LedgerEntry,
  now: string,
): FleetAlert[] {
  if (item.phase !== 'running' || !isCurrent(ssh, entry, now)) return [];
  const { sight, silentSince } = ssh;
  if (sight.state === 'key_changed') return [{ code: 'ssh_key_changed', message: sight.because }];
  if (silentSince === null) return [];
  const silentMs = Date.parse(now) - Math.max(Date.parse(silentSince), Date.parse(entry.actualSince));
  if (silentMs <= silencePatienceMs) return [];
  const minutes = Math.floor(silentMs / 60_000);
  return [
    {
      code: 'ssh_silent',
      message: `It is said to run, and SSH has been silent for ${minutes} minutes. ${sight.because}`,
    },
  ];
}
