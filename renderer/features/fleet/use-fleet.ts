import { useMemo } from 'react';
import type { RoomError } from '#shared/errors.ts';
import type { BudgetStatus, FleetItem, FleetView } from '#shared/model/fleet.ts';
import type { FleetSeries, MachinePoint } from '#shared/model/fleet-history.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { attentionOf, quietTime, type Attention } from '#shared/rules/fleet-attention.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { snapshotReading, type SnapshotsRead } from './snapshot-words.ts';
import { useSnapshots } from './use-snapshots.ts';
import type { Reading } from './words.ts';

/** One machine with everything that the screens tell of it. */
export type FleetRow = {
  readonly item: FleetItem;
  readonly attention: Attention;
  /** Null while it is not read. */
  readonly budget: BudgetStatus | null;
  readonly points: readonly MachinePoint[];
  readonly quietMs: number | null;
  /** The newest job that changes it, running or over. */
  readonly lastJob: Job | null;
  /** The newest stop or destroy. */
  readonly stopJob: Job | null;
  /** Its newest good copy. */
  readonly snapshot: Reading;
  /** A clock copies it; null while that is not read. */
  readonly isScheduled: boolean | null;
};

export type Fleet = {
  /** Null until a list was read, or when none can be. */
  readonly view: FleetView | null;
  /** The newest failure to read it. */
  readonly error: RoomError | null;
  readonly rows: readonly FleetRow[];
  /** All was read that the order of the rows goes by, or can not be: shown before, they would change places. */
  readonly isWhole: boolean;
  readonly series: FleetSeries | null;
  /** The cap of the fleet against what it spent today. */
  readonly budget: BudgetStatus | null;
};

export const sparkMinutes = 30;
const changingKinds = [
  'instances.stop',
  'instances.destroy',
  'instances.start',
  'instances.reboot',
  'instances.label',
  'shutdown.arm',
  'shutdown.drill',
] as const;

/** The machine that a job is about; null when it names none. */
export function machineOfJob(job: Job): string | null {
  const { input } = job;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return null;
  const id = input['id'];
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
}

function newest(jobs: readonly Job[]): Job | null {
  return jobs.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0] ?? null;
}

export function toRow(
  item: FleetItem,
  more: {
    readonly budget: BudgetStatus | null;
    readonly points: readonly MachinePoint[];
    readonly jobs: readonly Job[];
    readonly snapshots: SnapshotsRead;
    readonly nowMs: number;
  },
): FleetRow {
  const { budget, points, nowMs } = more;
  const own = more.jobs.filter((job) => machineOfJob(job) === item.id);
  const stopJob = newest(own.filter((job) => job.kind === 'instances.stop' || job.kind === 'instances.destroy'));
  const quietMs = quietTime(points, nowMs);
  const attention = attentionOf({
    item,
    budget,
    quietMs,
    lastStop:
      stopJob === null
        ? null
        : {
            isOver: isJobOver(stopJob.state),
            hasFailed: stopJob.state === 'failed' || stopJob.state === 'interrupted',
            askedAt: stopJob.createdAt,
          },
  });
  const snapshot = snapshotReading(more.snapshots, item.id, nowMs);
  const { schedules } = more.snapshots;
  const isScheduled = schedules === null ? null : schedules.get(item.id)?.settings.isOn === true;
  return { item, attention, budget, points, quietMs, lastJob: newest(own), stopJob, snapshot, isScheduled };
}

/** Jobs that change machines, newest first. */
export function useMachineJobs(): readonly Job[] {
  const jobs = useRoomQuery('jobs.list', { kinds: [...changingKinds], limit: 200 });
  return useMemo(() => jobs.data?.items ?? [], [jobs.data]);
}

/** The fleet as every part of the page sees it: one reading, put together in one way. */
export function useFleet(): Fleet {
  const list = useRoomQuery('instances.list', {});
  const series = useRoomQuery('instances.series', { minutes: sparkMinutes }, { enabled: list.data !== undefined });
  const budgets = useRoomQuery('budget.status', {}, { enabled: list.data !== undefined });
  const jobs = useMachineJobs();
  const snapshots = useSnapshots();
  const rows = useMemo(() => {
    if (list.data === undefined) return [];
    const { stale, observedAt } = list.data;
    // What an old list tells is as of then.
    const nowMs = stale ? Date.parse(observedAt) : Date.parse(series.data?.until ?? observedAt);
    const pointsOf = new Map(series.data?.machines.map((machine) => [machine.id, machine.points]));
    const budgetOf = new Map(budgets.data?.instances.map((status) => [status.instanceId, status]));
    return list.data.items.map((item) =>
      toRow(item, {
        budget: budgetOf.get(item.id) ?? null,
        points: pointsOf.get(item.id) ?? [],
        jobs,
        snapshots,
        nowMs,
      }),
    );
  }, [list.data, series.data, budgets.data, jobs, snapshots]);
  return {
    view: list.data ?? null,
    error: list.error,
    rows,
    isWhole: [series, budgets].every((read) => read.data !== undefined || read.error !== null),
    series: series.data ?? null,
    budget: budgets.data ?? null,
  };
}
