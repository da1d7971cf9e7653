import type { ScheduleSettings, ScheduleSlot, SlotState } from '#shared/model/schedule.ts';
import { isFailure, planSlots, type SlotPlan, type SkipReason } from '#shared/rules/slots.ts';
import type { StoreContext } from '../db/store-context.ts';
import { commitEvent } from '../history/event-store.ts';
import { readRests } from './rests.ts';
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

export const withoutKey = ({ era: _era, slotMs: _slotMs, ...slot }: LedgerSlot): ScheduleSlot => slot;

export type Incident = { readonly state: 'late' | 'failing'; readonly since: string; readonly because: string };
/** One that nobody heard of yet; `closedAt` when it is over by now. */
export type UntoldIncident = Incident & { readonly closedAt: string | null };

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
  skip: string | null;
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
  skip: row.skip as ScheduleSlot['skip'],
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

  /** What was wrong with a machine's copies, or is, and nobody was told. */
  'schedule.untold': ({ sql }: StoreContext, input: { readonly instanceId: string }): UntoldIncident[] =>
    sql
      .all<{ state: string; opened_at: string; because: string; closed_at: string | null }>(
        'SELECT * FROM schedule_incident WHERE instance_id = ? AND told_at IS NULL ORDER BY opened_at',
        [input.instanceId],
      )
      .map((row) => ({
        state: row.state as Incident['state'],
        since: row.opened_at,
        because: row.because,
        closedAt: row.closed_at,
      })),
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
  'schedule.claim': (context: StoreContext, input: SlotClaim): LedgerSlot | null =>
    context.sql.transaction(() => claim(context, input)),

  'schedule.began': ({ sql }: StoreContext, input: SlotKey & { readonly jobId: string }): null => {
    sql.run('UPDATE schedule_slot SET job_id = ? WHERE instance_id = ? AND era = ? AND slot_ms = ?', [
      input.jobId,
      input.instanceId,
      input.era,
      input.slotMs,
    ]);
    return null;
  },

  /** Its copy is good, and its upload has begun: whoever goes on with the slot waits for the same job. */
  'schedule.mirroring': ({ sql }: StoreContext, input: SlotKey & { readonly mirrorJobId: string }): null => {
    sql.run(
      `UPDATE schedule_slot SET mirror = 'waiting', mirror_job_id = :mirrorJobId
       WHERE instance_id = :instanceId AND era = :era AND slot_ms = :slotMs`,
      input,
    );
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

  /** What is wrong is kept once, in its newest words. */
  'schedule.openIncident': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly at: string } & Pick<Incident, 'state' | 'because'>,
  ): null =>
    sql.transaction(() => {
      const { changes } = sql.run(
        'UPDATE schedule_incident SET state = :state, because = :because WHERE instance_id = :instanceId AND closed_at IS NULL',
        { instanceId: input.instanceId, state: input.state, because: input.because },
      );
      if (changes === 0)
        sql.run(
          'INSERT OR IGNORE INTO schedule_incident (instance_id, opened_at, state, because) VALUES (?, ?, ?, ?)',
          [input.instanceId, input.at, input.state, input.because],
        );
      return null;
    }),

  /** @returns true when one was open that somebody had been told of: its end has to be told as well. */
  'schedule.closeIncident': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly at: string },
  ): boolean =>
    sql.transaction(() => {
      const open = sql.get<{ told_at: string | null }>(
        'SELECT told_at FROM schedule_incident WHERE instance_id = ? AND closed_at IS NULL',
        [input.instanceId],
      );
      if (open === undefined) return false;
      sql.run('UPDATE schedule_incident SET closed_at = ? WHERE instance_id = ? AND closed_at IS NULL', [
        input.at,
        input.instanceId,
      ]);
      return open.told_at !== null;
    }),

  'schedule.told': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly since: string; readonly at: string },
  ): null => {
    sql.run('UPDATE schedule_incident SET told_at = ? WHERE instance_id = ? AND opened_at = ?', [
      input.at,
      input.instanceId,
      input.since,
    ]);
    return null;
  },
};

type SlotClaim = {
  readonly instanceId: string;
  readonly nowMs: number;
  readonly intervalMs: number;
  readonly setMs: number;
  readonly pausedBecause: string | null;
};

function claim(context: StoreContext, input: SlotClaim): LedgerSlot | null {
  const { instanceId, nowMs, intervalMs, setMs, pausedBecause } = input;
  const recent = newestSlots(context, instanceId, 200);
  const [last] = recent;
  const tried = recent.filter(({ state }) => state === 'done' || isFailure(state));
  const lastSlotMs = last === undefined ? null : Date.parse(last.untilAt);
  const firstGood = tried.findIndex((slot) => slot.state === 'done');
  const plan = planSlots({
    nowMs,
    intervalMs,
    setMs,
    lastSlotMs,
    era: last?.era ?? 0,
    runningSlotMs: recent.find((slot) => slot.state === 'running')?.slotMs ?? null,
    failuresInRow: firstGood === -1 ? tried.length : firstGood,
    failedAtMs: firstGood === 0 || tried[0]?.finishedAt == null ? null : Date.parse(tried[0].finishedAt),
    pausedBecause,
    rests: lastSlotMs === null ? [] : readRests(context, { instanceId, fromMs: lastSlotMs, untilMs: nowMs }),
  });
  for (const { fate, fromMs, untilMs, count } of plan.passed)
    insert(
      context,
      { instanceId, era: plan.era, slotMs: fromMs },
      untilMs,
      fate === 'missed'
        ? { count, state: 'missed', because: 'No room was open, or the computer slept.' }
        : { count, state: 'skipped', skip: 'paused', because: 'The machine was stopped, and no room was open.' },
    );
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
    else insert(context, key, slot.atMs, { count: 1, state: 'skipped', skip: slot.reason, because: slot.because });
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
    readonly skip?: SkipReason;
    readonly startedAt?: string;
    readonly isCatchUp?: boolean;
  },
): boolean {
  const { changes } = sql.run(
    `INSERT OR IGNORE INTO schedule_slot
       (instance_id, era, slot_ms, until_ms, count, state, because, skip, is_catch_up, started_at, mirror)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'off')`,
    [
      key.instanceId,
      key.era,
      key.slotMs,
      untilMs,
      slot.count,
      slot.state,
      slot.because,
      slot.skip ?? null,
      slot.isCatchUp === true ? 1 : 0,
      slot.startedAt ?? null,
    ],
  );
  return changes > 0;
}
