import type { PullAttempt, SnapshotItem } from '#shared/contract/snapshots.ts';
import type { SnapshotState } from '#shared/model/snapshot.ts';
import type { StoreContext } from '../../db/store-context.ts';
import { commitEvent } from '../../history/event-store.ts';
import type { AcceptedPayload } from './acceptance-fold.ts';

export type SnapshotDetails = Pick<SnapshotItem, 'held' | 'removedCount' | 'skippedCount' | 'carriedCount' | 'pending'>;
export type SnapshotRecord = Omit<SnapshotItem, 'verified' | 'acceptedAt' | 'damage'>;

/** What a check at rest found, with the state that is right again once a later one finds nothing. */
type StoredDamage = NonNullable<SnapshotItem['damage']> & { readonly stateBefore: SnapshotState };

type Row = {
  id: string;
  instance_id: string;
  tag: string;
  path: string;
  state: string;
  taken_at: string;
  verified_at: string | null;
  unchanged_at: string | null;
  file_count: number;
  total_bytes: number;
  manifest_sha256: string | null;
  is_current: number;
  details: string;
  damage: string | null;
  accepted_at: string | null;
};

const select = `SELECT snapshot.*, accepted_at FROM snapshot
  LEFT JOIN snapshot_acceptance ON snapshot_id = snapshot.id`;

function toItem(row: Row): SnapshotItem {
  const details = JSON.parse(row.details) as SnapshotDetails;
  // A held one that a person has accepted counts as what it is: every file of it was compared.
  const state = row.state === 'held' && row.accepted_at !== null ? 'verified' : (row.state as SnapshotState);
  return {
    id: row.id,
    instanceId: row.instance_id,
    tag: row.tag,
    path: row.path,
    state,
    verified: state === 'verified',
    takenAt: row.taken_at,
    verifiedAt: row.verified_at,
    unchangedAt: row.unchanged_at,
    fileCount: row.file_count,
    totalBytes: row.total_bytes,
    manifestSha256: row.manifest_sha256,
    isCurrent: row.is_current === 1,
    acceptedAt: row.accepted_at,
    damage: toDamage(row.damage),
    ...details,
  };
}

function toDamage(text: string | null): SnapshotItem['damage'] {
  if (text === null) return null;
  const { stateBefore: _stateBefore, ...damage } = JSON.parse(text) as StoredDamage;
  return damage;
}

type AttemptRow = {
  job_id: string;
  started_at: string;
  finished_at: string;
  outcome: string;
  code: string | null;
  message: string | null;
  transferred_bytes: number | null;
};

const toAttempt = (row: AttemptRow): PullAttempt => ({
  jobId: row.job_id,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  outcome: row.outcome as PullAttempt['outcome'],
  code: row.code,
  message: row.message,
  transferredBytes: row.transferred_bytes,
});

export const snapshotReads = {
  'snapshots.list': (
    { sql }: StoreContext,
    input: { readonly instanceId: string | null; readonly limit: number },
  ): { items: SnapshotItem[]; totalCount: number } => {
    const where = 'removed_at IS NULL AND (:instanceId IS NULL OR instance_id = :instanceId)';
    const params = { instanceId: input.instanceId };
    const items = sql
      .all<Row>(`${select} WHERE ${where} ORDER BY tag DESC, instance_id LIMIT :limit`, {
        ...params,
        limit: input.limit,
      })
      .map(toItem);
    const count = sql.get<{ n: number }>(`SELECT count(*) AS n FROM snapshot WHERE ${where}`, params);
    return { items, totalCount: count?.n ?? 0 };
  },

  /** Also one whose folder was removed: its row is history. */
  'snapshots.get': ({ sql }: StoreContext, input: { readonly id: string }): SnapshotItem | null => {
    const row = sql.get<Row>(`${select} WHERE snapshot.id = ?`, [input.id]);
    return row === undefined ? null : toItem(row);
  },

  /** The one that `current` points to; null when none stands. */
  'snapshots.current': ({ sql }: StoreContext, input: { readonly instanceId: string }): SnapshotItem | null => {
    const row = sql.get<Row>(`${select} WHERE instance_id = ? AND is_current = 1 AND removed_at IS NULL`, [
      input.instanceId,
    ]);
    return row === undefined ? null : toItem(row);
  },

  'snapshots.machines': ({ sql }: StoreContext): string[] =>
    sql
      .all<{ id: string }>(
        `SELECT instance_id AS id FROM snapshot WHERE removed_at IS NULL
         UNION SELECT instance_id FROM pull_attempt ORDER BY 1`,
      )
      .map((row) => row.id),

  /** Pulls of a machine, newest first. */
  'snapshots.attempts': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly limit: number },
  ): PullAttempt[] =>
    sql
      .all<AttemptRow>('SELECT * FROM pull_attempt WHERE instance_id = ? ORDER BY finished_at DESC LIMIT ?', [
        input.instanceId,
        input.limit,
      ])
      .map(toAttempt),

  /** Bytes that pulls of a machine brought since a moment (ISO), the failed ones too: they are billed as well. */
  'snapshots.pulledBytes': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly since: string },
  ): number =>
    sql.get<{ bytes: number }>(
      `SELECT coalesce(sum(transferred_bytes), 0) AS bytes FROM (
         SELECT instance_id, finished_at, transferred_bytes FROM pull_attempt
         UNION ALL SELECT instance_id, finished_at, transferred_bytes FROM large_copy
       ) WHERE instance_id = :instanceId AND finished_at > :since`,
      input,
    )?.bytes ?? 0,
};

export const snapshotWrites = {
  /** Adds or corrects the row of a snapshot that is in place. */
  'snapshots.save': ({ sql }: StoreContext, record: SnapshotRecord): null => {
    const details: SnapshotDetails = {
      held: record.held,
      removedCount: record.removedCount,
      skippedCount: record.skippedCount,
      carriedCount: record.carriedCount,
      pending: record.pending,
    };
    sql.transaction(() => {
      if (record.isCurrent) sql.run('UPDATE snapshot SET is_current = 0 WHERE instance_id = ?', [record.instanceId]);
      sql.run(
        `INSERT INTO snapshot (id, instance_id, tag, path, state, taken_at, verified_at, unchanged_at, file_count,
           total_bytes, manifest_sha256, is_current, details)
         VALUES (:id, :instanceId, :tag, :path, :state, :takenAt, :verifiedAt, :unchangedAt, :fileCount, :totalBytes,
           :manifestSha256, :isCurrent, :details)
         ON CONFLICT (id) DO UPDATE SET path = excluded.path, state = excluded.state, verified_at = excluded.verified_at,
           unchanged_at = excluded.unchanged_at, is_current = excluded.is_current, details = excluded.details,
           removed_at = NULL`,
        {
          id: record.id,
          instanceId: record.instanceId,
          tag: record.tag,
          path: record.path,
          state: record.state,
          takenAt: record.takenAt,
          verifiedAt: record.verifiedAt,
          unchangedAt: record.unchangedAt,
          fileCount: record.fileCount,
          totalBytes: record.totalBytes,
          manifestSha256: record.manifestSha256,
          isCurrent: record.isCurrent ? 1 : 0,
          details: JSON.stringify(details),
        },
      );
    });
    return null;
  },

  'snapshots.markUnchanged': ({ sql }: StoreContext, input: { readonly id: string; readonly at: string }): null => {
    sql.run('UPDATE snapshot SET unchanged_at = ? WHERE id = ?', [input.at, input.id]);
    return null;
  },

  /** What a check at rest found: that all is good, or what is not. When it was good last is kept beside it. */
  'snapshots.markChecked': (
    { sql }: StoreContext,
    input: { readonly id: string; readonly at: string; readonly damage: Omit<StoredDamage, 'stateBefore'> | null },
  ): null => {
    const { id, at } = input;
    const row = sql.get<{ state: string; damage: string | null }>('SELECT state, damage FROM snapshot WHERE id = ?', [
      id,
    ]);
    if (row === undefined) return null;
    const before = row.damage === null ? row.state : (JSON.parse(row.damage) as StoredDamage).stateBefore;
    if (input.damage === null)
      sql.run('UPDATE snapshot SET verified_at = ?, state = ?, damage = NULL WHERE id = ?', [at, before, id]);
    else
      sql.run(`UPDATE snapshot SET state = 'unverified', damage = ? WHERE id = ?`, [
        JSON.stringify({ ...input.damage, stateBefore: before }),
        id,
      ]);
    return null;
  },

  'snapshots.markCurrent': (
    { sql }: StoreContext,
    input: { readonly id: string; readonly instanceId: string },
  ): null => {
    sql.run('UPDATE snapshot SET is_current = (id = ?) WHERE instance_id = ?', [input.id, input.instanceId]);
    return null;
  },

  'snapshots.markRemoved': ({ sql }: StoreContext, input: { readonly id: string; readonly at: string }): null => {
    sql.run('UPDATE snapshot SET removed_at = ?, is_current = 0 WHERE id = ?', [input.at, input.id]);
    return null;
  },

  'snapshots.accept': (
    context: StoreContext,
    input: {
      readonly hostKey: string;
      readonly actor: string;
      readonly wallTime: string;
      readonly accepted: AcceptedPayload;
    },
  ): null => {
    const { accepted, ...stamp } = input;
    commitEvent(context, { ...stamp, type: 'snapshot.accepted', payload: accepted });
    return null;
  },

  'snapshots.noteAttempt': ({ sql }: StoreContext, input: PullAttempt & { readonly instanceId: string }): null => {
    sql.run(
      `INSERT OR REPLACE INTO pull_attempt (job_id, instance_id, started_at, finished_at, outcome, code, message,
         transferred_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        input.jobId,
        input.instanceId,
        input.startedAt,
        input.finishedAt,
        input.outcome,
        input.code,
        input.message,
        input.transferredBytes,
      ],
    );
    return null;
  },
};
