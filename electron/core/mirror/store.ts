import type { MirroredSnapshot } from '#shared/model/mirror.ts';
import type { StoreContext } from '../db/store-context.ts';
import type { Piece } from './pieces.ts';

/** An object of the bucket as a listing showed it last. */
export type LedgerObject = {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly sha1: string | null;
  readonly seenAt: string;
  /** When its bytes were read back and agreed; null when they never were. */
  readonly readAt: string | null;
};

type Place = { readonly remoteId: string; readonly instanceId: string };
type ObjectRow = {
  sha256: string;
  size_bytes: number;
  sha1: string | null;
  seen_at: string;
  read_at: string | null;
};
type SnapshotRow = {
  remote_id: string;
  instance_id: string;
  tag: string;
  source: MirroredSnapshot['source'];
  snapshot_id: string | null;
  state: MirroredSnapshot['state'];
  because: string;
  manifest_sha256: string | null;
  file_count: number | null;
  total_bytes: number | null;
  pushed_at: string | null;
  checked_at: string | null;
  label: string;
  is_here: number;
};
type ListingRow = {
  instance_id: string;
  label: string;
  listed_at: string;
  object_count: number;
  object_bytes: number | null;
  oldest_read_at: string | null;
};

type ListedSnapshot = MirroredSnapshot & {
  readonly remote: string;
  /** This computer has the same snapshot. */
  readonly isHere: boolean;
};

const toSnapshot = (row: SnapshotRow): ListedSnapshot => ({
  instanceId: row.instance_id,
  tag: row.tag,
  source: row.source,
  snapshotId: row.snapshot_id,
  state: row.state,
  because: row.because,
  manifestSha256: row.manifest_sha256,
  fileCount: row.file_count,
  totalBytes: row.total_bytes,
  pushedAt: row.pushed_at,
  checkedAt: row.checked_at,
  remote: row.label,
  isHere: row.is_here === 1,
});

export const mirrorReads = {
  'mirror.objects': ({ sql }: StoreContext, place: Place): LedgerObject[] =>
    sql
      .all<ObjectRow>('SELECT * FROM mirror_object WHERE remote_id = ? AND instance_id = ?', [
        place.remoteId,
        place.instanceId,
      ])
      .map((row) => ({
        sha256: row.sha256,
        sizeBytes: row.size_bytes,
        sha1: row.sha1,
        seenAt: row.seen_at,
        readAt: row.read_at,
      })),

  'mirror.listedAt': ({ sql }: StoreContext, place: Place): string | null =>
    sql.get<{ listed_at: string }>('SELECT listed_at FROM mirror_listing WHERE remote_id = ? AND instance_id = ?', [
      place.remoteId,
      place.instanceId,
    ])?.listed_at ?? null,

  'mirror.pieces': ({ sql }: StoreContext, input: { readonly sha256s: readonly string[] }): [string, Piece[]][] =>
    input.sha256s.flatMap((sha256): [string, Piece[]][] => {
      const row = sql.get<{ pieces: string }>('SELECT pieces FROM mirror_cut WHERE sha256 = ?', [sha256]);
      return row === undefined ? [] : [[sha256, JSON.parse(row.pieces) as Piece[]]];
    }),

  'mirror.snapshots': (
    { sql }: StoreContext,
    input: { readonly instanceId: string | null; readonly remoteId: string | null },
  ): ListedSnapshot[] =>
    sql
      .all<SnapshotRow>(
        `SELECT mirror_snapshot.*, mirror_remote.label,
           EXISTS (SELECT 1 FROM snapshot WHERE removed_at IS NULL AND (snapshot.id = mirror_snapshot.snapshot_id OR (
             snapshot.instance_id = mirror_snapshot.instance_id AND mirror_snapshot.source = 'room'
             AND snapshot.manifest_sha256 = mirror_snapshot.manifest_sha256))) AS is_here
         FROM mirror_snapshot
         JOIN mirror_remote ON mirror_remote.id = mirror_snapshot.remote_id
         WHERE (:instanceId IS NULL OR instance_id = :instanceId) AND (:remoteId IS NULL OR remote_id = :remoteId)
         ORDER BY instance_id, tag DESC`,
        { instanceId: input.instanceId, remoteId: input.remoteId },
      )
      .map(toSnapshot),

  /** Snapshots of this workspace that some bucket was proved to hold. */
  'mirror.mirroredIds': ({ sql }: StoreContext): string[] =>
    sql
      .all<{ snapshot_id: string }>(
        `SELECT DISTINCT snapshot_id FROM mirror_snapshot WHERE state = 'mirrored' AND snapshot_id IS NOT NULL`,
      )
      .map((row) => row.snapshot_id),

  'mirror.listings': ({ sql }: StoreContext, input: { readonly instanceId: string | null }) =>
    sql
      .all<ListingRow>(
        `SELECT listing.instance_id, mirror_remote.label, listing.listed_at,
           count(object.sha256) AS object_count, sum(object.size_bytes) AS object_bytes,
           CASE WHEN count(*) = count(object.read_at) THEN min(object.read_at) END AS oldest_read_at
         FROM mirror_listing AS listing JOIN mirror_remote ON mirror_remote.id = listing.remote_id
         LEFT JOIN mirror_object AS object
           ON object.remote_id = listing.remote_id AND object.instance_id = listing.instance_id
         WHERE (:instanceId IS NULL OR listing.instance_id = :instanceId)
         GROUP BY listing.remote_id, listing.instance_id ORDER BY listing.instance_id`,
        { instanceId: input.instanceId },
      )
      .map((row) => ({
        remote: row.label,
        instanceId: row.instance_id,
        listedAt: row.listed_at,
        objectCount: row.object_count,
        objectBytes: row.object_bytes ?? 0,
        oldestReadAt: row.oldest_read_at,
      })),
};

export type SeenObject = { readonly sha256: string; readonly sizeBytes: number; readonly sha1: string | null };

function see({ sql }: StoreContext, place: Place, at: string, objects: readonly SeenObject[]): void {
  for (const object of objects)
    sql.run(
      `INSERT INTO mirror_object (remote_id, instance_id, sha256, size_bytes, sha1, seen_at)
       VALUES (:remoteId, :instanceId, :sha256, :sizeBytes, :sha1, :at)
       ON CONFLICT (remote_id, instance_id, sha256) DO UPDATE SET
         size_bytes = excluded.size_bytes, sha1 = excluded.sha1, seen_at = excluded.seen_at`,
      { remoteId: place.remoteId, instanceId: place.instanceId, at, ...object },
    );
}

export const mirrorWrites = {
  'mirror.remember': ({ sql }: StoreContext, input: { readonly id: string; readonly label: string }): null => {
    sql.run(
      'INSERT INTO mirror_remote (id, label) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET label = excluded.label',
      [input.id, input.label],
    );
    return null;
  },

  /** Objects that a listing showed, besides what is known. */
  'mirror.saw': (
    context: StoreContext,
    input: Place & { readonly at: string; readonly objects: readonly SeenObject[] },
  ): null => {
    context.sql.transaction(() => see(context, input, input.at, input.objects));
    return null;
  },

  /** A listing of everything: what it did not show is not there any more. */
  'mirror.listed': (
    context: StoreContext,
    input: Place & { readonly at: string; readonly objects: readonly SeenObject[] },
  ): null => {
    const { sql } = context;
    sql.transaction(() => {
      see(context, input, input.at, input.objects);
      sql.run('DELETE FROM mirror_object WHERE remote_id = ? AND instance_id = ? AND seen_at <> ?', [
        input.remoteId,
        input.instanceId,
        input.at,
      ]);
      sql.run(
        `INSERT INTO mirror_listing (remote_id, instance_id, listed_at) VALUES (?, ?, ?)
         ON CONFLICT (remote_id, instance_id) DO UPDATE SET listed_at = excluded.listed_at`,
        [input.remoteId, input.instanceId, input.at],
      );
    });
    return null;
  },

  'mirror.readBack': (
    { sql }: StoreContext,
    input: Place & { readonly at: string; readonly sha256s: readonly string[] },
  ): null => {
    sql.transaction(() => {
      for (const sha256 of input.sha256s)
        sql.run('UPDATE mirror_object SET read_at = ? WHERE remote_id = ? AND instance_id = ? AND sha256 = ?', [
          input.at,
          input.remoteId,
          input.instanceId,
          sha256,
        ]);
    });
    return null;
  },

  'mirror.cut': (
    { sql }: StoreContext,
    input: { readonly sha256: string; readonly pieces: readonly Piece[] },
  ): null => {
    sql.run('INSERT OR REPLACE INTO mirror_cut (sha256, pieces) VALUES (?, ?)', [
      input.sha256,
      JSON.stringify(input.pieces),
    ]);
    return null;
  },

  'mirror.saveSnapshots': (
    { sql }: StoreContext,
    input: { readonly remoteId: string; readonly snapshots: readonly MirroredSnapshot[] },
  ): null => {
    sql.transaction(() => {
      for (const snapshot of input.snapshots)
        sql.run(
          `INSERT INTO mirror_snapshot (remote_id, instance_id, tag, source, snapshot_id, state, because,
             manifest_sha256, file_count, total_bytes, pushed_at, checked_at)
           VALUES (:remoteId, :instanceId, :tag, :source, :snapshotId, :state, :because,
             :manifestSha256, :fileCount, :totalBytes, :pushedAt, :checkedAt)
           ON CONFLICT (remote_id, instance_id, source, tag) DO UPDATE SET
             snapshot_id = coalesce(excluded.snapshot_id, snapshot_id), state = excluded.state,
             because = excluded.because, manifest_sha256 = coalesce(excluded.manifest_sha256, manifest_sha256),
             file_count = coalesce(excluded.file_count, file_count),
             total_bytes = coalesce(excluded.total_bytes, total_bytes),
             pushed_at = coalesce(excluded.pushed_at, pushed_at), checked_at = excluded.checked_at`,
          { remoteId: input.remoteId, ...snapshot },
        );
    });
    return null;
  },

  'mirror.pruned': (
    { sql }: StoreContext,
    input: Place & { readonly tags: readonly string[]; readonly sha256s: readonly string[] },
  ): null => {
    sql.transaction(() => {
      for (const tag of input.tags)
        sql.run(`DELETE FROM mirror_snapshot WHERE remote_id = ? AND instance_id = ? AND source = 'room' AND tag = ?`, [
          input.remoteId,
          input.instanceId,
          tag,
        ]);
      for (const sha256 of input.sha256s)
        sql.run('DELETE FROM mirror_object WHERE remote_id = ? AND instance_id = ? AND sha256 = ?', [
          input.remoteId,
          input.instanceId,
          sha256,
        ]);
    });
    return null;
  },
};
