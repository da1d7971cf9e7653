import type { ScheduleItem } from '#shared/contract/schedule.ts';
import type { FleetView } from '#shared/model/fleet.ts';
import { formatAge, formatMoment, formatMoney } from '../../ui/format.ts';
import type { MachineSheet } from './sheet-store.ts';
import type { SnapshotsRead } from './snapshot-words.ts';
import type { FleetRow } from './use-fleet.ts';
import { formatPerHour, gpuWords, nameOf } from './words.ts';

/** Something open that loses money or results, or may: a solid line under the strip until evidence ends it. */
export type Incident = {
  readonly key: string;
  readonly title: string;
  /** What it means, in money or in what is lost. */
  readonly meaning: string;
  readonly action: { readonly label: string; readonly sheet: MachineSheet; readonly id: string } | null;
  readonly jobId: string | null;
  readonly machineId: string | null;
};

/** A list that fails for shorter than this is told by the strip alone. */
const blindAfterMs = 2 * 60_000;

const costs = ({ item }: FleetRow): string =>
  item.burnRatePerHourUsd === null ? 'What it costs is not known' : `Costs ${formatPerHour(item.burnRatePerHourUsd)}`;

function ofRow(row: FleetRow, nowMs: number): Incident | null {
  const { item, attention, budget, stopJob } = row;
  const name = nameOf(item);
  const base = { machineId: item.id, jobId: stopJob?.id ?? null };
  switch (attention.kind) {
    case 'stop_not_confirmed': {
      const isDestroy = item.asked === 'destroyed';
      const at = item.askedAt === null ? '' : ` at ${formatMoment(item.askedAt, nowMs)}`;
      return {
        ...base,
        key: `stop ${item.id}`,
        title: `${isDestroy ? 'Destroy' : 'Stop'} not confirmed`,
        meaning: `${name} was asked to ${isDestroy ? 'go' : 'stop'}${at}, API says ${item.actualStatus ?? 'nothing'}. ${costs(row)} until it ${isDestroy ? 'is gone' : 'stops'}.`,
        action: {
          label: isDestroy ? 'Destroy again…' : 'Stop now…',
          sheet: isDestroy ? 'destroy' : 'stop',
          id: item.id,
        },
      };
    }
    case 'over_budget':
      return {
        ...base,
        key: `budget ${item.id}`,
        title: 'Over budget, still billed',
        meaning: `${name} spent ${formatMoney(budget?.spentUsd ?? 0)} of ${formatMoney(budget?.capUsd ?? 0)}. ${costs(row)} until it stops.`,
        action: { label: 'Stop now…', sheet: 'stop', id: item.id },
      };
    case 'not_ours':
      return {
        ...base,
        key: `owner ${item.id}`,
        title: 'Unknown machine billed',
        meaning: `${name}, ${gpuWords(item)}: nobody here knows whose it is. ${costs(row)}, seen first ${formatMoment(item.firstSeenAt, nowMs)}.`,
        action: { label: 'Whose machine…', sheet: 'owner', id: item.id },
      };
    default:
      return null;
  }
}

/** Copies of a machine that are late or fail: what was made on it since the last good one is on it alone. */
function ofSchedule(
  { instanceId, incident, slots }: ScheduleItem,
  name: string,
  { machines }: SnapshotsRead,
  nowMs: number,
): Incident | null {
  if (incident === null) return null;
  const goodAt = machines?.get(instanceId)?.lastGoodAt ?? null;
  const lost =
    goodAt === null
      ? 'No good copy of it is here'
      : `What it made in ${formatAge(Date.parse(goodAt), nowMs)} is on it alone`;
  return {
    key: `copies ${instanceId}`,
    title: incident.state === 'late' ? 'Copies are late' : 'Copies fail',
    meaning: `${name}: ${lost}. ${incident.because}`,
    action: null,
    jobId: slots[0]?.jobId ?? null,
    machineId: instanceId,
  };
}

/** Everything open, the dearest first, then what may be lost. */
export function incidentsOf(
  rows: readonly FleetRow[],
  view: FleetView | null,
  copies: SnapshotsRead,
  nowMs: number,
): readonly Incident[] {
  const incidents = rows.flatMap((row) => ofRow(row, nowMs) ?? []);
  for (const schedule of copies.schedules?.values() ?? []) {
    const row = rows.find(({ item }) => item.id === schedule.instanceId);
    const name = row === undefined ? schedule.instanceId : nameOf(row.item);
    const incident = ofSchedule(schedule, name, copies, nowMs);
    if (incident !== null) incidents.push(incident);
  }
  const observedMs = view === null ? nowMs : Date.parse(view.observedAt);
  if (view !== null && view.stale && nowMs - observedMs > blindAfterMs && view.items.length > 0) {
    const rate = view.burnRatePerHourUsd;
    incidents.unshift({
      key: 'blind',
      title: `Blind for ${formatAge(observedMs, nowMs)}`,
      meaning: `The list of machines fails. Last known at ${formatMoment(view.observedAt, nowMs)}: ${view.items.length} machines, ${rate === null ? 'at a rate not known' : formatPerHour(rate)}. They may run and cost money.`,
      action: null,
      jobId: null,
      machineId: null,
    });
  }
  return incidents;
}
