import type { GuardReason } from '#shared/model/guard.ts';
import type { Sql } from '../db/sql.ts';
import type { StoreContext } from '../db/store-context.ts';

/** A stop that a guard decided, and how far it is. */
export type GuardStop = {
  readonly id: string;
  readonly instanceId: string;
  /** The event that had armed the machine. */
  readonly eventId: string;
  readonly reason: GuardReason;
  readonly because: string;
  readonly decidedAt: string;
  readonly tries: number;
  readonly nextTryAt: string;
  /** The job of the newest try; null before the first. */
  readonly jobId: string | null;
  readonly words: string | null;
  readonly provedAt: string | null;
  /** Proved, or taken back by a person; null while it is open. */
  readonly endedAt: string | null;
};

type StopRow = {
  id: string;
  instance_id: string;
  event_id: string;
  reason: string;
  because: string;
  decided_at: string;
  tries: number;
  next_try_at: string;
  job_id: string | null;
  words: string | null;
  proved_at: string | null;
  ended_at: string | null;
};
const toStop = (row: StopRow): GuardStop => ({
  id: row.id,
  instanceId: row.instance_id,
  eventId: row.event_id,
  reason: row.reason as GuardReason,
  because: row.because,
  decidedAt: row.decided_at,
  tries: row.tries,
  nextTryAt: row.next_try_at,
  jobId: row.job_id,
  words: row.words,
  provedAt: row.proved_at,
  endedAt: row.ended_at,
});

export function newestStop(sql: Sql, instanceId: string): GuardStop | null {
  const row = sql.get<StopRow>(
    'SELECT * FROM guard_stop WHERE instance_id = ? ORDER BY decided_at DESC, rowid DESC LIMIT 1',
    [instanceId],
  );
  return row === undefined ? null : toStop(row);
}

/** Did a deadline stop the machine under this arming? Then it has to be set anew. */
export const isDeadlineSpent = (sql: Sql, eventId: string): boolean =>
  sql.get(
    `SELECT 1 AS yes FROM guard_stop WHERE event_id = ? AND reason = 'deadline' AND proved_at IS NOT NULL LIMIT 1`,
    [eventId],
  ) !== undefined;

export const guardStopReads = {
  'guards.openStops': ({ sql }: StoreContext): GuardStop[] =>
    sql.all<StopRow>('SELECT * FROM guard_stop WHERE ended_at IS NULL ORDER BY decided_at, rowid').map(toStop),
};

export const guardStopWrites = {
  /** Written before the first try. */
  'guards.decide': (
    { sql }: StoreContext,
    input: Pick<GuardStop, 'id' | 'instanceId' | 'eventId' | 'reason' | 'because' | 'decidedAt'>,
  ): null => {
    sql.run(
      `INSERT INTO guard_stop (id, instance_id, event_id, reason, because, decided_at, next_try_at)
       VALUES (:id, :instanceId, :eventId, :reason, :because, :decidedAt, :decidedAt)`,
      input,
    );
    return null;
  },

  'guards.try': ({ sql }: StoreContext, input: { readonly id: string; readonly jobId: string }): null => {
    sql.run('UPDATE guard_stop SET job_id = :jobId, tries = tries + 1 WHERE id = :id', input);
    return null;
  },

  /** A try is over and proved nothing. */
  'guards.tryFailed': (
    { sql }: StoreContext,
    input: { readonly id: string; readonly words: string; readonly nextTryAt: string },
  ): null => {
    sql.run('UPDATE guard_stop SET job_id = NULL, words = :words, next_try_at = :nextTryAt WHERE id = :id', input);
    return null;
  },

  'guards.endStop': (
    { sql }: StoreContext,
    input: { readonly id: string; readonly at: string; readonly provedAt: string | null; readonly words: string },
  ): null => {
    sql.run(
      'UPDATE guard_stop SET ended_at = :at, proved_at = :provedAt, words = :words WHERE id = :id AND ended_at IS NULL',
      input,
    );
    return null;
  },
};
