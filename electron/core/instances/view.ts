import type { FleetAlert, FleetItem, Ownership } from '#shared/model/fleet.ts';
import { burnRateOf, type BurnRate } from '#shared/rules/burn-rate.ts';
import { phaseOf, type PhaseReading } from '#shared/rules/instance-phase.ts';
import type { Instance } from '#shared/model/instance.ts';
import { guardAlertsOf } from '../guards/guard-alerts.ts';
import { toGuardView } from '../guards/guard-view.ts';
import type { GuardRecord } from '../guards/store.ts';
import type { StoredSight } from '../ssh/sight-store.ts';
import { reachableOf, sshAlertsOf } from './ssh-sight.ts';
import type { MachineSpend } from './spend.ts';
import type { LedgerCommand, LedgerEntry } from './store.ts';

/** What the ledger knows of a machine besides its row: what was asked, and since when its status holds. */
export type AskedContext = Pick<LedgerEntry, 'asked' | 'askedAt' | 'actualSince'>;

/** Phase and price of a machine at a moment. @param now ISO */
export function readPhase(
  instance: Instance,
  context: AskedContext | null,
  now: string,
): PhaseReading & { readonly burn: BurnRate } {
  const reading = phaseOf(instance, {
    commandedStopAt: context?.asked === 'stopped' ? context.askedAt : null,
    commandedStartAt: context?.asked === 'running' ? context.askedAt : null,
    actualSince: context?.actualSince ?? null,
    now,
  });
  return { ...reading, burn: burnRateOf({ ...instance, phase: reading.phase }) };
}

/** A label made by a launch carries the id of its workspace; an event says otherwise, until its time is over. */
export function ownershipOf(entry: LedgerEntry, workspaceId: string, now: string): Ownership {
  const { owner } = entry;
  const isOver = owner?.until != null && Date.parse(owner.until) < Date.parse(now);
  if (owner !== null && !isOver) return owner.ownership;
  return entry.instance.label?.includes(workspaceId) === true ? 'ours' : 'unknown';
}

/** A machine with everything this room knows of it. */
export function toFleetItem(
  entry: LedgerEntry,
  spend: MachineSpend,
  ssh: StoredSight,
  openCommands: readonly LedgerCommand[],
  context: { readonly workspaceId: string; readonly now: string; readonly guards: GuardRecord },
): FleetItem {
  const { instance } = entry;
  const { phase, because, sinceHint, burn } = readPhase(instance, entry, context.now);
  const isGone = entry.goneAt !== null;
  const ownership = ownershipOf(entry, context.workspaceId, context.now);
  const rate = isGone ? 0 : burn.ratePerHourUsd;
  const isGpuBilled = !isGone && burn.gpu !== 'no';
  const item: Omit<FleetItem, 'alerts'> = {
    ...instance,
    phase,
    phaseBecause: isGone ? `Gone since ${entry.goneAt}; before: ${because}` : because,
    phaseSince: isGone ? entry.goneAt : sinceHint,
    reachable: isGone ? false : reachableOf(ssh, entry, context.now),
    ssh: ssh.sight,
    guard: toGuardView(context.guards, { phase, isGone, isGpuBilled }, context.now),
    burnRatePerHourUsd: rate,
    burnBecause: isGone ? 'It is gone: nothing is billed.' : burn.because,
    isBurnAssumed: !isGone && burn.isAssumed,
    ...spentWords(spend),
    endpoint: instance.sshEndpoints[0] ?? null,
    ownership,
    owner: entry.owner?.owner ?? null,
    asked: entry.asked,
    askedAt: entry.askedAt,
    firstSeenAt: entry.firstSeenAt,
    lastSeenAt: entry.lastSeenAt,
    goneAt: entry.goneAt,
  };
  if (isGone) return { ...item, alerts: [] };
  const guardAlerts = guardAlertsOf(item, isGpuBilled, context.guards, context.now);
  const sshAlerts = sshAlertsOf(item, ssh, entry, context.now);
  return { ...item, alerts: [...alertsOf(item, openCommands, context.now), ...guardAlerts, ...sshAlerts] };
}

function spentWords({ since, total }: MachineSpend): Pick<FleetItem, 'spentUsd' | 'spentSince' | 'isSpentEstimated'> {
  const isUnknown = since === null || (total.unknownMs > 0 && total.totalUsd === 0);
  return {
    spentUsd: isUnknown ? null : total.totalUsd,
    spentSince: since,
    isSpentEstimated: total.estimatedUsd > 0 || total.unknownMs > 0,
  };
}

/** A stop takes seconds to a minute; longer is a stop that was accepted and not done. */
const stopPatienceMs = 120_000;
const schedulingPatienceMs = 30_000;

/** Where what was asked, what the API says and what is billed do not agree. */
function alertsOf(item: Omit<FleetItem, 'alerts'>, openCommands: readonly LedgerCommand[], now: string): FleetAlert[] {
  const alerts: FleetAlert[] = [];
  const add = (code: FleetAlert['code'], message: string): void => void alerts.push({ code, message });
  const bills = item.burnRatePerHourUsd === null || item.burnRatePerHourUsd > 0;

  const askedAgoMs = item.askedAt === null ? 0 : Date.parse(now) - Date.parse(item.askedAt);
  const isStopping = item.phase === 'stopping' && askedAgoMs < stopPatienceMs;
  if (item.asked === 'stopped' && item.phase !== 'stopped' && !isStopping)
    add('asked_otherwise', `It was asked to stop at ${item.askedAt} and is ${item.phase}: it may cost money.`);
  if (item.asked === 'destroyed' && item.phase !== 'destroying')
    add('asked_otherwise', `It was asked to be destroyed at ${item.askedAt} and is still there, ${item.phase}.`);
  if (item.asked === 'running' && item.phase === 'stopped')
    add('asked_otherwise', `It was asked to run at ${item.askedAt} and is stopped.`);
  if (item.ownership === 'unknown' && bills)
    add('ownership_unknown', 'It is billed and nobody here knows whose it is: adopt it or mark it as known.');
  if (item.phase === 'outbid' || item.phase === 'crashed' || item.phase === 'unreachable')
    add(item.phase, item.phaseBecause);
  if (
    item.phase === 'scheduling' &&
    item.phaseSince !== null &&
    Date.parse(now) - Date.parse(item.phaseSince) > schedulingPatienceMs
  )
    add('scheduling_long', 'It waits for its GPU, which is probably rented out. A stop ends the wait.');
  if (item.burnRatePerHourUsd === null) add('rate_unknown', item.burnBecause);
  for (const command of openCommands)
    if (command.instanceId === item.id)
      add('command_unfinished', `How "${command.kind}" of ${command.askedAt} ended is not known yet.`);
  return alerts;
}
