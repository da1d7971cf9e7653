import type { FleetItem, FleetView } from '#shared/model/fleet.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { formatDuration, formatMoment, formatMoney } from '../../ui/format.ts';
import type { StateShape } from '../../ui/state-mark.tsx';
import type { FleetRow } from './use-fleet.ts';

/** A state with what proves it, or why it is not known. */
export type Reading = { readonly shape: StateShape; readonly word: string; readonly because: string };

/** Why a list is stale, without its time, which stands beside it. */
export const staleReason = ({ staleBecause, observedAt }: FleetView): string =>
  (staleBecause ?? '').replace(new RegExp(`^Last known state of ${observedAt}[.:] `), '');

export const nameOf = (item: Pick<FleetItem, 'label' | 'id'>): string => item.label ?? item.id;

/** `2.20`, as the column of rates writes it; something that is not nothing never reads 0.00. */
export const formatRate = (usd: number): string => (usd > 0 && usd < 0.005 ? '<0.01' : usd.toFixed(2));

/** `$2.20/h`; below ten cents with a third decimal. */
export const formatPerHour = (usd: number): string =>
  usd > 0 && usd < 0.1 ? `$${usd < 0.0005 ? '<0.001' : usd.toFixed(3)}/h` : `${formatMoney(usd)}/h`;

export const formatHours = (hours: number): string => formatDuration(Math.max(0, hours) * 3600);

/** `1× H100 SXM`. */
export function gpuWords({ gpuCount, gpuName }: Pick<FleetItem, 'gpuCount' | 'gpuName'>): string {
  if (gpuName === null) return 'GPU not told';
  return gpuCount === null ? gpuName : `${gpuCount}× ${gpuName}`;
}

/** A GPU is billed, or may be. */
export const billsGpu = (item: FleetItem): boolean =>
  item.burnRatePerHourUsd === null || item.burnRatePerHourUsd > (item.storageRatePerHourUsd ?? 0);

const workingWords: Record<string, string> = {
  'instances.stop': 'Stopping',
  'instances.destroy': 'Destroying',
  'instances.start': 'Starting',
  'instances.reboot': 'Rebooting',
  'instances.label': 'Labelling',
};

/** The step a job is at, for people. */
export function stepOf(job: Job): string {
  const step = job.steps.find((each) => each.state === 'running') ?? job.steps.at(-1);
  return step === undefined ? 'queued' : step.name;
}

const since = (at: string | null, nowMs: number): string =>
  at === null ? '' : formatDuration(Math.max(1, Math.round((nowMs - Date.parse(at)) / 1000)));

/** When a stop of this machine was proved; null when none was. */
function provedStopAt({ stopJob, item }: FleetRow): string | null {
  return stopJob?.kind === 'instances.stop' && stopJob.state === 'succeeded' && item.phase === 'stopped'
    ? stopJob.finishedAt
    : null;
}

function sshWords({ ssh }: FleetItem): string {
  switch (ssh.state) {
    case 'answers':
      return ssh.roundTripMs === null ? 'SSH reachable' : `SSH reachable, ${Math.round(ssh.roundTripMs)} ms`;
    case 'silent':
      return 'SSH does not answer';
    case 'refused':
      return 'SSH refuses our key';
    case 'key_unknown':
      return 'host key not accepted yet';
    case 'key_changed':
      return 'host key changed';
    case 'not_tried':
      return 'SSH not tried';
  }
}

/** What a machine does, with its evidence: what the first column of the fleet says. */
export function stateOf(row: FleetRow, nowMs: number): Reading {
  const { item, attention, lastJob } = row;
  const working = lastJob === null || isJobOver(lastJob.state) ? undefined : workingWords[lastJob.kind];
  if (lastJob !== null && working !== undefined && attention.kind !== 'stop_not_confirmed')
    return { shape: 'running', word: working, because: stepOf(lastJob) };
  const read = (shape: StateShape, word: string, because: string): Reading => ({ shape, word, because });
  switch (attention.kind) {
    case 'stop_not_confirmed':
      return read(
        'fail',
        item.asked === 'destroyed' ? 'Destroy not confirmed' : 'Stop not confirmed',
        `asked ${item.askedAt === null ? '' : formatMoment(item.askedAt, nowMs)}, API: ${item.actualStatus ?? 'unknown'}`,
      );
    case 'over_budget':
      return read('fail', 'Over budget', 'and still billed');
    case 'not_ours':
      return read('unknown', 'Not ours', `seen first ${formatMoment(item.firstSeenAt, nowMs)}`);
    case 'rate_unknown':
      return read('unknown', 'Rate unknown', item.burnBecause);
    case 'billed_idle':
      return read('warn', 'Billed, idle', `GPU quiet for ${formatDuration(Math.round((row.quietMs ?? 0) / 1000))}`);
    case 'crashed':
      return read('warn', 'Crashed', 'exited, meant to run');
    case 'outbid':
      return read('warn', 'Outbid', 'its bid lost the GPU');
    case 'unreachable':
      return read('unknown', 'Host offline', 'no link to Vast');
    case 'frozen':
      return read('warn', 'Frozen', 'holds its GPU, billed');
    case 'stopped_unasked':
      return read('warn', 'Stopped', `asked to run ${item.askedAt === null ? '' : formatMoment(item.askedAt, nowMs)}`);
    case 'scheduling':
      return read(
        'waiting',
        'Scheduling',
        `waits for its GPU${item.phaseSince === null ? '' : `, ${since(item.phaseSince, nowMs)}`}`,
      );
    case 'running':
      return read('running', 'Running', sshWords(item));
    case 'restarting':
      return read('running', 'Restarting', 'GPU held, billed');
    case 'stopping':
      return read(
        'running',
        'Stopping',
        item.askedAt === null ? 'API says so' : `asked ${formatMoment(item.askedAt, nowMs)}`,
      );
    case 'loading':
      return read('waiting', 'Loading', item.statusMessage ?? `since ${formatMoment(item.firstSeenAt, nowMs)}`);
    case 'destroying':
      return read('running', 'Destroying', 'not proved gone yet');
    case 'stopped': {
      const at = provedStopAt(row);
      return read('off', 'Stopped', at === null ? 'API says so' : `proved ${formatMoment(at, nowMs)}`);
    }
    case 'gone':
      return read('off', 'Gone', item.goneAt === null ? '' : formatMoment(item.goneAt, nowMs));
    case 'other':
      return read('unknown', 'Unknown', item.phaseBecause);
  }
}

/** Of what the burn of a machine is made. */
export function burnParts(item: FleetItem): string {
  const rate = item.burnRatePerHourUsd;
  const storage = item.storageRatePerHourUsd;
  if (rate === null) return item.burnBecause;
  if (item.isBurnAssumed) return 'assumed billed';
  if (rate === 0) return 'nothing billed';
  if (storage === null) return 'GPU and disk';
  return rate > storage ? `${formatRate(rate - storage)} + ${formatRate(storage)} disk` : 'disk only';
}

/** What its GPU did, under the little chart. */
export function utilWords({ item, points, quietMs }: FleetRow): string {
  if (item.phase === 'stopped') return 'stopped';
  if (item.phase === 'creating' || item.phase === 'loading' || item.phase === 'scheduling') return 'not started';
  const newest = points.at(-1)?.gpuUtilPercent ?? item.gpuUtilPercent;
  if (newest === null) return 'not told';
  if (item.phase !== 'running') return item.phase;
  if (quietMs !== null && quietMs > 60_000)
    return `${Math.round(newest)} % for ${formatDuration(Math.round(quietMs / 1000))}`;
  return `${Math.round(newest)} %`;
}

const reasonWords: Record<string, string> = {
  idle: 'idle stop',
  budget: 'budget stop',
  deadline: 'deadline',
  lease: 'lease ends',
  max_run_time: 'run time ends',
};

export function nextStopWords({ guard }: FleetItem, nowMs: number): string | null {
  return guard.nextStop === null
    ? null
    : `${reasonWords[guard.nextStop.reason] ?? guard.nextStop.reason} ${formatMoment(guard.nextStop.at, nowMs)}`;
}

/** Whether anything stops the machine by itself. */
export function guardReading(item: FleetItem, nowMs: number): Reading {
  const next = nextStopWords(item, nowMs);
  const { guard } = item;
  switch (guard.state) {
    case 'armed':
      return { shape: 'ok', word: 'Armed', because: next ?? guard.words };
    case 'part_armed':
      return { shape: 'warn', word: 'Part armed', because: next ?? guard.words };
    case 'not_needed':
      return { shape: 'off', word: 'Not needed', because: 'no GPU is billed' };
    case 'none':
      return billsGpu(item)
        ? { shape: 'warn', word: 'None', because: 'nothing stops it' }
        : { shape: 'off', word: 'Not needed', because: 'no GPU is billed' };
    case 'stopping':
      return { shape: 'running', word: 'Stopping', because: guard.words };
    case 'stop_not_confirmed':
      return { shape: 'fail', word: 'Not confirmed', because: guard.words };
    case 'unknown':
      return { shape: 'unknown', word: 'Unknown', because: guard.words };
  }
}

/** `of $25.00, 7 h 34 min`: the cap under what was spent. */
export function capWords({ budget }: Pick<FleetRow, 'budget'>): string {
  if (budget === null) return 'cap not read';
  if (budget.capUsd === null) return 'cap OFF, no limit';
  if (budget.state === 'over')
    return `${formatMoney(budget.spentUsd - budget.capUsd)} over ${formatMoney(budget.capUsd)}`;
  return budget.hoursToCap === null
    ? `of ${formatMoney(budget.capUsd)}`
    : `of ${formatMoney(budget.capUsd)}, ${formatHours(budget.hoursToCap)}`;
}
