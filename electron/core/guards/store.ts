import type { DrillView, LeaseView } from '#shared/model/guard.ts';
import type { StoreContext } from '../db/store-context.ts';
import { commitEvent } from '../history/event-store.ts';
import type { ArmedPayload, ArmedSettings, DrilledPayload } from './guard-fold.ts';
import type { LeaseStatus } from './lease-status.ts';
import { isDeadlineSpent, newestStop, type GuardStop } from './stop-store.ts';

/** How a machine is armed, by the newest event about it. */
export type Arming = {
  readonly instanceId: string;
  readonly eventId: string;
  readonly isArmed: boolean;
  readonly at: string;
  readonly actor: string;
  readonly settings: ArmedSettings;
};

export type GuardWatch = {
  readonly instanceId: string;
  readonly lookedAt: string;
  readonly sampledAt: string;
  readonly quietSince: string | null;
  readonly busyAt: string | null;
  readonly budgetStopAt: string | null;
  /** What is armed and could not be told, in sentences; null when all could. */
  readonly couldNotTell: string | null;
};

export type LeaseFailure = {
  readonly at: string;
  readonly words: string;
  readonly state: Exclude<LeaseView['state'], 'armed'>;
};

export type LeaseRecord = {
  readonly readAt: string | null;
  readonly status: LeaseStatus | null;
  readonly setByEventId: string | null;
  /** Null when the newest try was answered. */
  readonly failure: LeaseFailure | null;
};

export type DrillRecord = Pick<DrillView, 'state' | 'because'> & { readonly at: string; readonly actor: string };

/** Everything this room keeps about the guards of one machine. */
export type GuardRecord = {
  readonly arming: Arming | null;
  readonly watch: GuardWatch | null;
  readonly lease: LeaseRecord | null;
  readonly drill: DrillRecord | null;
  /** The newest stop that a guard decided, open or over. */
  readonly stop: GuardStop | null;
  /** The deadline of this arming has stopped the machine once. */
  readonly isDeadlineSpent: boolean;
};

type ArmingRow = {
  instance_id: string;
  event_id: string;
  is_armed: number;
  at: string;
  actor: string;
  settings: string;
};
const toArming = (row: ArmingRow): Arming => ({
  instanceId: row.instance_id,
  eventId: row.event_id,
  isArmed: row.is_armed === 1,
  at: row.at,
  actor: row.actor,
  settings: JSON.parse(row.settings) as ArmedSettings,
});

type WatchRow = {
  instance_id: string;
  looked_at: string;
  sampled_at: string;
  quiet_since: string | null;
  busy_at: string | null;
  budget_stop_at: string | null;
  could_not_tell: string | null;
};
const toWatch = (row: WatchRow): GuardWatch => ({
  instanceId: row.instance_id,
  lookedAt: row.looked_at,
  sampledAt: row.sampled_at,
  quietSince: row.quiet_since,
  busyAt: row.busy_at,
  budgetStopAt: row.budget_stop_at,
  couldNotTell: row.could_not_tell,
});

type LeaseRow = {
  read_at: string | null;
  status: string | null;
  set_by_event_id: string | null;
  failed_at: string | null;
  failure: string | null;
  failure_state: string | null;
};
const toLease = (row: LeaseRow): LeaseRecord => ({
  readAt: row.read_at,
  status: row.status === null ? null : (JSON.parse(row.status) as LeaseStatus),
  setByEventId: row.set_by_event_id,
  failure:
    row.failed_at === null
      ? null
      : { at: row.failed_at, words: row.failure ?? '', state: row.failure_state as LeaseFailure['state'] },
});

function readRecord({ sql }: StoreContext, instanceId: string): GuardRecord {
  const arming = sql.get<ArmingRow>('SELECT * FROM guard WHERE instance_id = ?', [instanceId]);
  const watch = sql.get<WatchRow>('SELECT * FROM guard_watch WHERE instance_id = ?', [instanceId]);
  const lease = sql.get<LeaseRow>('SELECT * FROM guard_lease WHERE instance_id = ?', [instanceId]);
  const drill = sql.get<DrillRecord>('SELECT state, at, actor, because FROM guard_drill WHERE instance_id = ?', [
    instanceId,
  ]);
  return {
    arming: arming === undefined ? null : toArming(arming),
    watch: watch === undefined ? null : toWatch(watch),
    lease: lease === undefined ? null : toLease(lease),
    drill: drill ?? null,
    stop: newestStop(sql, instanceId),
    isDeadlineSpent: arming !== undefined && isDeadlineSpent(sql, arming.event_id),
  };
}

type Stamp = { readonly hostKey: string; readonly actor: string; readonly wallTime: string };

export const guardReads = {
  'guards.record': (context: StoreContext, input: { readonly instanceId: string }): GuardRecord =>
    readRecord(context, input.instanceId),

  /** Every machine that is armed in this workspace. */
  'guards.armed': ({ sql }: StoreContext): Arming[] =>
    sql.all<ArmingRow>('SELECT * FROM guard WHERE is_armed = 1 ORDER BY instance_id').map(toArming),
};

export const guardWrites = {
  'guards.arm': (context: StoreContext, input: Stamp & { readonly isArmed: boolean; readonly armed: ArmedPayload }) => {
    const { isArmed, armed, ...stamp } = input;
    commitEvent(context, { ...stamp, type: isArmed ? 'guard.armed' : 'guard.disarmed', payload: armed });
    return null;
  },

  'guards.drilled': (context: StoreContext, input: Stamp & { readonly drilled: DrilledPayload }): null => {
    const { drilled, ...stamp } = input;
    commitEvent(context, { ...stamp, type: 'guard.drilled', payload: drilled });
    return null;
  },

  'guards.watched': ({ sql }: StoreContext, input: { readonly watches: readonly GuardWatch[] }): null => {
    sql.transaction(() => {
      for (const watch of input.watches)
        sql.run(
          `INSERT OR REPLACE INTO guard_watch (instance_id, looked_at, sampled_at, quiet_since, busy_at, budget_stop_at, could_not_tell)
           VALUES (:instanceId, :lookedAt, :sampledAt, :quietSince, :busyAt, :budgetStopAt, :couldNotTell)`,
          watch,
        );
    });
    return null;
  },

  /** True the first time. */
  'guards.warned': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly key: string; readonly at: string },
  ): boolean =>
    sql.run('INSERT OR IGNORE INTO guard_warning (instance_id, key, at) VALUES (:instanceId, :key, :at)', input)
      .changes > 0,

  'guards.leaseRead': (
    { sql }: StoreContext,
    input: {
      readonly instanceId: string;
      readonly at: string;
      readonly status: LeaseStatus;
      /** Null leaves it as it was. */
      readonly setByEventId: string | null;
    },
  ): null => {
    sql.run(
      `INSERT INTO guard_lease (instance_id, read_at, status, set_by_event_id)
       VALUES (:instanceId, :at, :status, :setByEventId)
       ON CONFLICT (instance_id) DO UPDATE SET read_at = :at, status = :status, failed_at = NULL, failure = NULL,
         failure_state = NULL, set_by_event_id = coalesce(:setByEventId, set_by_event_id)`,
      { ...input, status: JSON.stringify(input.status) },
    );
    return null;
  },

  'guards.leaseFailed': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly failure: LeaseFailure },
  ): null => {
    const { at, words, state } = input.failure;
    sql.run(
      `INSERT INTO guard_lease (instance_id, failed_at, failure, failure_state)
       VALUES (:instanceId, :at, :words, :state)
       ON CONFLICT (instance_id) DO UPDATE SET failed_at = :at, failure = :words, failure_state = :state`,
      { instanceId: input.instanceId, at, words, state },
    );
    return null;
  },
};
