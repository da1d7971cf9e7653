import { RoomError } from '#shared/errors.ts';
import type { StoreContext } from '../db/store-context.ts';

/** What probing said about a clip version; kept when the file is gone. */
export type StoredProbe = {
  readonly codec: string | null;
  readonly frameCount: number | null;
  readonly fps: number | null;
  readonly durationSeconds: number | null;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  readonly playable: boolean;
  readonly unplayableBecause: string | null;
};

export type MediaFingerprint = { readonly sizeBytes: number; readonly headHash: string; readonly tailHash: string };

export type MediaVersion = MediaFingerprint & {
  readonly mediaId: string;
  readonly sha256: string | null;
  readonly probe: StoredProbe | null;
  readonly signature: string | null;
};

type VersionRow = {
  media_id: string;
  size_bytes: number;
  head_hash: string;
  tail_hash: string;
  sha256: string | null;
  probe: string | null;
  signature: string | null;
};

function fromRow(row: VersionRow): MediaVersion {
  return {
    mediaId: row.media_id,
    sizeBytes: row.size_bytes,
    headHash: row.head_hash,
    tailHash: row.tail_hash,
    sha256: row.sha256,
    probe: row.probe === null ? null : (JSON.parse(row.probe) as StoredProbe),
    signature: row.signature,
  };
}

export type MediaPlace = { readonly path: string; readonly root: string };

export const mediaReads = {
  /** A version with every place where it was seen; the places may be gone or hold other bytes by now. */
  'media.locate': (
    { sql }: StoreContext,
    input: { readonly mediaId: string },
  ): { version: MediaVersion; places: MediaPlace[] } => {
    const row = sql.get<VersionRow>('SELECT * FROM media_version WHERE media_id = ?', [input.mediaId]);
    if (row === undefined) throw new RoomError('not_found', `There is no media ${input.mediaId} in this workspace.`);
    return {
      version: fromRow(row),
      places: sql.all<MediaPlace>('SELECT path, root FROM idx.media_place WHERE media_id = ?', [input.mediaId]),
    };
  },

  /** Of the given ids, those that were never probed or never hashed whole. */
  'media.unknown': ({ sql }: StoreContext, input: { readonly mediaIds: readonly string[] }): string[] =>
    sql
      .all<{ id: string }>(
        `SELECT value AS id FROM json_each(?) WHERE NOT EXISTS
           (SELECT 1 FROM media_version WHERE media_id = value AND probe IS NOT NULL AND sha256 IS NOT NULL)`,
        [JSON.stringify(input.mediaIds)],
      )
      .map((row) => row.id),

  'media.versions': ({ sql }: StoreContext, input: { readonly mediaIds: readonly string[] }): MediaVersion[] =>
    sql
      .all<VersionRow>('SELECT * FROM media_version WHERE media_id IN (SELECT value FROM json_each(?)) ', [
        JSON.stringify(input.mediaIds),
      ])
      .map(fromRow),
};

export const mediaWrites = {
  /** Adds versions, or what has been learnt about them since; nothing known is ever lost. */
  'media.saveVersions': (
    { sql }: StoreContext,
    input: { readonly now: string; readonly versions: readonly MediaVersion[] },
  ): null => {
    sql.transaction(() => {
      for (const version of input.versions) {
        sql.run(
          `INSERT INTO media_version (media_id, size_bytes, head_hash, tail_hash, sha256, probe, signature, first_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (media_id) DO UPDATE SET sha256 = coalesce(excluded.sha256, sha256), probe = coalesce(excluded.probe, probe),
             signature = coalesce(excluded.signature, signature)`,
          [
            version.mediaId,
            version.sizeBytes,
            version.headHash,
            version.tailHash,
            version.sha256,
            version.probe === null ? null : JSON.stringify(version.probe),
            version.signature,
            input.now,
          ],
        );
      }
    });
    return null;
  },

  'media.addPlace': ({ sql }: StoreContext, input: { readonly mediaId: string } & MediaPlace): null => {
    sql.run('INSERT OR IGNORE INTO idx.media_place (media_id, path, root) VALUES (?, ?, ?)', [
      input.mediaId,
      input.path,
      input.root,
    ]);
    return null;
  },

  'media.saveSuccessor': (
    { sql }: StoreContext,
    input: {
      readonly predecessor: string;
      readonly successor: string;
      readonly evidence: string;
      readonly now: string;
    },
  ): null => {
    sql.run('INSERT OR IGNORE INTO media_successor (predecessor, successor, evidence, found_at) VALUES (?, ?, ?, ?)', [
      input.predecessor,
      input.successor,
      input.evidence,
      input.now,
    ]);
    return null;
  },

  'media.saveConversion': (
    { sql }: StoreContext,
    input: {
      readonly mediaId: string;
      readonly convertedMediaId: string;
      readonly path: string;
      readonly root: string;
      readonly now: string;
    },
  ): null => {
    sql.transaction(() => {
      sql.run(
        `INSERT INTO media_conversion (media_id, converted_media_id, path, made_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (media_id) DO UPDATE SET converted_media_id = excluded.converted_media_id, path = excluded.path, made_at = excluded.made_at`,
        [input.mediaId, input.convertedMediaId, input.path, input.now],
      );
      sql.run('INSERT OR IGNORE INTO idx.media_place (media_id, path, root) VALUES (?, ?, ?)', [
        input.convertedMediaId,
        input.path,
        input.root,
      ]);
    });
    return null;
  },

  /** Places of converted copies are not in any observation; a new index gets them from the ledger. */
  'media.restoreConvertedPlaces': ({ sql }: StoreContext, input: { readonly root: string }): null => {
    sql.run(
      'INSERT OR IGNORE INTO idx.media_place (media_id, path, root) SELECT converted_media_id, path, ? FROM media_conversion',
      [input.root],
    );
    return null;
  },
};
