import type { ScheduleSettings, ScheduleSlot, SlotState } from '#shared/model/schedule.ts';
import { planSlots, type SlotPlan } from '#shared/rules/slots.ts';
import type { StoreContext } from '../db/store-context.ts';
import { commitEvent } from '../history/event-store.ts';
import type { SchedulePayload } from './schedule-fold.ts';

export type Schedule = {
  readonly instanceId: string;
  readonly at: string;
  readonly actor: string;
  readonly settings: ScheduleSettings;
};

/** One slot of the ledger, by its key. */
export type SlotKey = { readonly instanceId: string; readonly era: number; readonly slotMs: number };
/** A slot with its key: `era` counts how often the clock was set back. */
export type LedgerSlot = ScheduleSlot & SlotKey;

export type Incident = { readonly state: 'late' | 'failing'; readonly since: string; readonly because: string };

export type SlotEnd = Pick<
  ScheduleSlot,
  'because' | 'finishedAt' | 'snapshotId' | 'mirror' | 'mirrorBecause' | 'mirrorJobId'
> & { readonly state: SlotState };

type ScheduleRow = { instance_id: string; at: string; actor: string; settings: string };
type SlotRow = {
  instance_id: string;
  era: number;
  slot_ms: number;
  until_ms: number;
  count: number;
  state: string;
  because: string;
  is_catch_up: number;
  started_at: string | null;
  finished_at: string | null;
  job_id: string | null;
  snapshot_id: string | null;
  mirror: string;
  mirror_because: string | null;
  mirror_job_id: string | null;
};

const toSchedule = (row: ScheduleRow): Schedule => ({
  instanceId: row.instance_id,
  at: row.at,
  actor: row.actor,
  settings: JSON.parse(row.settings) as ScheduleSettings,
});

const toSlot = (row: SlotRow): LedgerSlot => ({
  instanceId: row.instance_id,
  era: row.era,
  slotMs: row.slot_ms,
  slotAt: new Date(row.slot_ms).toISOString(),
  untilAt: new Date(row.until_ms).toISOString(),
  count: row.count,
  state: row.state as SlotState,
  because: row.because,
  isCatchUp: row.is_catch_up === 1,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  jobId: row.job_id,
  snapshotId: row.snapshot_id,
  mirror: row.mirror as ScheduleSlot['mirror'],
  mirrorBecause: row.mirror_because,
  mirrorJobId: row.mirror_job_id,
});

const newestSlots = ({ sql }: StoreContext, instanceId: string, limit: number): LedgerSlot[] =>
  sql
    .all<SlotRow>('SELECT * FROM schedule_slot WHERE instance_id = ? ORDER BY era DESC, slot_ms DESC LIMIT ?', [
      instanceId,
      limit,
    ])
    .map(toSlot);

export const scheduleReads = {
  'schedule.all': ({ sql }: StoreContext): Schedule[] =>
    sql.all<ScheduleRow>('SELECT * FROM schedule ORDER BY instance_id').map(toSchedule),

  'schedule.of': ({ sql }: StoreContext, input: { readonly instanceId: string }): Schedule | null => {
    const row = sql.get<ScheduleRow>('SELECT * FROM schedule WHERE instance_id = ?', [input.instanceId]);
    return row === undefined ? null : toSchedule(row);
  },

  /** Slots of a machine, newest first. */
  'schedule.slots': (
    context: StoreContext,
    input: { readonly instanceId: string; readonly limit: number },
  ): LedgerSlot[] => newestSlots(context, input.instanceId, input.limit),

  'schedule.running': ({ sql }: StoreContext, input: { readonly instanceId: string }): LedgerSlot[] =>
    sql
      .all<SlotRow>("SELECT * FROM schedule_slot WHERE instance_id = ? AND state = 'running'", [input.instanceId])
      .map(toSlot),

  'schedule.incident': ({ sql }: StoreContext, input: { readonly instanceId: string }): Incident | null => {
    const row = sql.get<{ state: string; opened_at: string; because: string }>(
      'SELECT * FROM schedule_incident WHERE instance_id = ? AND closed_at IS NULL ORDER BY opened_at DESC',
      [input.instanceId],
    );
    return row === undefined
      ? null
      : { state: row.state as Incident['state'], since: row.opened_at, because: row.because };
  },
};

export const scheduleWrites = {
  'schedule.set': (
    context: StoreContext,
    input: {
      readonly hostKey: string;
      readonly actor: string;
      readonly wallTime: string;
      readonly set: SchedulePayload;
    },
  ): null => {
    const { set, ...stamp } = input;
    commitEvent(context, { ...stamp, type: 'schedule.set', payload: set });
    return null;
  },

  /**
   * Accounts for the slot of this moment, and for those that nobody saw. Whoever writes the row first has the
   * slot: another room on the same workspace is told null. @returns the slot that has to be run, or null.
   */
  'schedule.claim': (
    context: StoreContext,
    input: {
      readonly instanceId: string;
      readonly nowMs: number;
      readonly intervalMs: number;
      readonly setMs: number;
      readonly pausedBecause: string | null;
    },
  ): LedgerSlot | null => context.sql.transaction(() => claim(context, input)),

  'schedule.began': ({ sql }: StoreContext, input: SlotKey & { readonly jobId: string }): null => {
    sql.run('UPDATE schedule_slot SET job_id = ? WHERE instance_id = ? AND era = ? AND slot_ms = ?', [
      input.jobId,
      input.instanceId,
      input.era,
      input.slotMs,
    ]);
    return null;
  },

  'schedule.ended': ({ sql }: StoreContext, input: { readonly key: SlotKey; readonly end: SlotEnd }): null => {
    sql.run(
      `UPDATE schedule_slot SET state = :state, because = :because, finished_at = :finishedAt,
         snapshot_id = :snapshotId, mirror = :mirror, mirror_because = :mirrorBecause, mirror_job_id = :mirrorJobId
       WHERE instance_id = :instanceId AND era = :era AND slot_ms = :slotMs`,
      {
        instanceId: input.key.instanceId,
        era: input.key.era,
        slotMs: input.key.slotMs,
        state: input.end.state,
        because: input.end.because,
        finishedAt: input.end.finishedAt,
        snapshotId: input.end.snapshotId,
        mirror: input.end.mirror,
        mirrorBecause: input.end.mirrorBecause,
        mirrorJobId: input.end.mirrorJobId,
      },
    );
    return null;
  },

  /** @returns true when it was not open before: it has to be told. */
  'schedule.openIncident': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly at: string } & Pick<Incident, 'state' | 'because'>,
  ): boolean =>
    sql.transaction(() => {
      const open = sql.get('SELECT 1 FROM schedule_incident WHERE instance_id = ? AND closed_at IS NULL', [
        input.instanceId,
      ]);
      if (open !== undefined) {
        sql.run('UPDATE schedule_incident SET state = ?, because = ? WHERE instance_id = ? AND closed_at IS NULL', [
          input.state,
          input.because,
          input.instanceId,
        ]);
        return false;
      }
      sql.run('INSERT OR IGNORE INTO schedule_incident (instance_id, opened_at, state, because) VALUES (?, ?, ?, ?)', [
        input.instanceId,
        input.at,
        input.state,
        input.because,
      ]);
      return true;
    }),

  /** @returns true when one was open: its end has to be told. */
  'schedule.closeIncident': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly at: string },
  ): boolean =>
    sql.run('UPDATE schedule_incident SET closed_at = ? WHERE instance_id = ? AND closed_at IS NULL', [
      input.at,
      input.instanceId,
    ]).changes > 0,
};

function claim(
  context: StoreContext,
  input: {
    readonly instanceId: string;
    readonly nowMs: number;
    readonly intervalMs: number;
    readonly setMs: number;
    readonly pausedBecause: string | null;
  },
): LedgerSlot | null {
  const { instanceId, nowMs, intervalMs, setMs, pausedBecause } = input;
  const recent = newestSlots(context, instanceId, 200);
  const [last] = recent;
  const tried = recent.filter((slot) => slot.state === 'done' || slot.state === 'failed' || slot.state === 'held');
  const firstGood = tried.findIndex((slot) => slot.state === 'done');
  const plan = planSlots({
    nowMs,
    intervalMs,
    setMs,
    lastSlotMs: last === undefined ? null : Date.parse(last.untilAt),
    era: last?.era ?? 0,
    runningSlotMs: recent.find((slot) => slot.state === 'running')?.slotMs ?? null,
    failuresInRow: firstGood === -1 ? tried.length : firstGood,
    failedAtMs: firstGood === 0 || tried[0]?.finishedAt == null ? null : Date.parse(tried[0].finishedAt),
    pausedBecause,
  });
  // What a pause swallowed was not missed: nobody had to be there.
  if (plan.missed !== null)
    insert(context, { instanceId, era: plan.era, slotMs: plan.missed.fromMs }, plan.missed.untilMs, {
      count: plan.missed.count,
      state: 'missed',
      because: 'No room was open, or the computer slept.',
    });
  return plan.slot === null ? null : enter(context, instanceId, plan, plan.slot, last, input);
}

/** Writes the slot of the plan down. @returns it when it is ours to run. */
function enter(
  context: StoreContext,
  instanceId: string,
  plan: SlotPlan,
  slot: NonNullable<SlotPlan['slot']>,
  last: LedgerSlot | undefined,
  { nowMs, intervalMs }: { readonly nowMs: number; readonly intervalMs: number },
): LedgerSlot | null {
  const key: SlotKey = { instanceId, era: plan.era, slotMs: slot.atMs };
  if (slot.action === 'skip') {
    const continues =
      last?.state === 'skipped' &&
      last.because === slot.because &&
      last.era === plan.era &&
      Date.parse(last.untilAt) === slot.atMs - intervalMs;
    if (continues)
      context.sql.run(
        'UPDATE schedule_slot SET until_ms = ?, count = count + 1 WHERE instance_id = ? AND era = ? AND slot_ms = ?',
        [slot.atMs, instanceId, last.era, last.slotMs],
      );
    else insert(context, key, slot.atMs, { count: 1, state: 'skipped', because: slot.because });
    return null;
  }
  const isOurs = insert(context, key, slot.atMs, {
    count: 1,
    state: 'running',
    because: 'Its copy is under way.',
    startedAt: new Date(nowMs).toISOString(),
    isCatchUp: slot.isCatchUp,
  });
  return isOurs ? newestSlots(context, instanceId, 1)[0]! : null;
}

function insert(
  { sql }: StoreContext,
  key: SlotKey,
  untilMs: number,
  slot: Pick<ScheduleSlot, 'count' | 'state' | 'because'> & {
    readonly startedAt?: string;
    readonly isCatchUp?: boolean;
  },
): boolean {
  const { changes } = sql.run(
    `INSERT OR IGNORE INTO schedule_slot
       (instance_id, era, slot_ms, until_ms, count, state, because, is_catch_up, started_at, mirror)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'off')`,
    [
      key.instanceId,
      key.era,
      key.slotMs,
      untilMs,
      slot.count,
      slot.state,
      slot.because,
      slot.isCatchUp === true ? 1 : 0,
      slot.startedAt ?? null,
    ],
  );
  return changes > 0;
}
