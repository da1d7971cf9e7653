import { statSync } from 'node:fs';
import type { Clip, ClipWithRun } from '#shared/model/clip.ts';
import type { StoreContext } from '../db/store-context.ts';
import type { StoredProbe } from '../media/store.ts';
import type { ClipRecord } from './read/record.ts';

type ClipRow = {
  id: string;
  run_id: string;
  run_name: string;
  instance_id: string | null;
  media_id: string | null;
  record: string;
  probe: string | null;
  sha256: string | null;
  version_bytes: number | null;
  successor: string | null;
  predecessor: string | null;
  converted_media_id: string | null;
};

const clipSelect = `
  SELECT clip.id, clip.run_id, clip.media_id, clip.record, run_row.name AS run_name, run_row.instance_id,
    version.probe, version.sha256, version.size_bytes AS version_bytes, conversion.converted_media_id,
    (SELECT successor FROM media_successor WHERE predecessor = clip.media_id) AS successor,
    (SELECT predecessor FROM media_successor WHERE successor = clip.media_id LIMIT 1) AS predecessor
  FROM idx.clip AS clip
  JOIN idx.run_row AS run_row ON run_row.run_id = clip.run_id
  LEFT JOIN media_version AS version ON version.media_id = clip.media_id
  LEFT JOIN media_conversion AS conversion ON conversion.media_id = clip.media_id`;

/** Whether a place still has a file of the version's size: cheap enough for a list; serving it compares the bytes. */
function isPresent({ sql }: StoreContext, row: ClipRow): boolean {
  if (row.media_id === null) return false;
  return sql
    .all<{ path: string }>('SELECT path FROM idx.media_place WHERE media_id = ?', [row.media_id])
    .some((place) => sizeOf(place.path) === row.version_bytes);
}

function sizeOf(path: string): number | null {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size ?? null;
  } catch {
    return null;
  }
}

function toClip(context: StoreContext, row: ClipRow): ClipWithRun {
  const record = JSON.parse(row.record) as ClipRecord;
  const probe = row.probe === null ? null : (JSON.parse(row.probe) as StoredProbe);
  const present = isPresent(context, row);
  const because = unplayableBecause(record, row.media_id, probe, present);
  const clip: Clip = {
    ...record,
    id: row.id,
    runId: row.run_id,
    frameCount: probe?.frameCount ?? null,
    fps: probe?.fps ?? null,
    durationSeconds: probe?.durationSeconds ?? null,
    widthPx: probe?.widthPx ?? null,
    heightPx: probe?.heightPx ?? null,
    codec: probe?.codec ?? null,
    playable: because === null,
    unplayableBecause: because,
    convertedMediaId: row.converted_media_id,
    mediaId: row.media_id,
    sha256: row.sha256,
    isPresent: present,
    successorMediaId: row.successor,
    predecessorMediaId: row.predecessor,
  };
  return { ...clip, runName: row.run_name, instanceId: row.instance_id };
}

function unplayableBecause(
  record: ClipRecord,
  mediaId: string | null,
  probe: StoredProbe | null,
  present: boolean,
): string | null {
  if (mediaId === null)
    return record.sizeBytes === null
      ? 'The manifest names this file, but it was not in the folder.'
      : 'The file could not be read when it was imported.';
  if (!present) return 'The file is gone from every place where it was seen.';
  if (probe === null) return 'The file has not been examined yet.';
  return probe.playable ? null : (probe.unplayableBecause ?? 'The file is no video that can be decoded here.');
}

export type ClipListQuery = {
  readonly runId?: string;
  readonly role?: readonly string[];
  readonly clipName?: string;
  readonly variantName?: string;
  readonly text?: string;
  readonly offset: number;
  readonly limit: number;
};

export const clipReads = {
  'clips.list': (context: StoreContext, query: ClipListQuery): { items: ClipWithRun[]; matchCount: number } => {
    const parts: string[] = [];
    const params: Record<string, string> = {};
    if (query.runId !== undefined) {
      parts.push('clip.run_id = :runId');
      params['runId'] = query.runId;
    }
    if (query.role !== undefined) {
      parts.push('clip.role IN (SELECT value FROM json_each(:role))');
      params['role'] = JSON.stringify(query.role);
    }
    if (query.clipName !== undefined) {
      parts.push('clip.clip_name = :clipName');
      params['clipName'] = query.clipName;
    }
    if (query.variantName !== undefined) {
      parts.push('clip.variant_name = :variantName');
      params['variantName'] = query.variantName;
    }
    if (query.text !== undefined && query.text.trim() !== '') {
      parts.push(
        `(clip.path LIKE :text ESCAPE '\\' OR clip.variant_name LIKE :text ESCAPE '\\' OR run_row.name LIKE :text ESCAPE '\\' OR run_row.instance_id LIKE :text ESCAPE '\\')`,
      );
      params['text'] = `%${query.text.trim().replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
    }
    const where = parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`;
    const rows = context.sql.all<ClipRow>(
      `${clipSelect} ${where} ORDER BY run_row.started_at DESC, clip.run_id, clip.ordinal LIMIT :limit OFFSET :offset`,
      { ...params, limit: query.limit, offset: query.offset },
    );
    const { n } = context.sql.get<{ n: number }>(
      `SELECT count(*) AS n FROM idx.clip AS clip JOIN idx.run_row AS run_row ON run_row.run_id = clip.run_id ${where}`,
      params,
    )!;
    return { items: rows.map((row) => toClip(context, row)), matchCount: n };
  },

  'clips.get': (context: StoreContext, input: { readonly id: string }): ClipWithRun | null => {
    const row = context.sql.get<ClipRow>(`${clipSelect} WHERE clip.id = ?`, [input.id]);
    return row === undefined ? null : toClip(context, row);
  },

  /** The same clip and variant, in the same role, in other runs: newest runs first. */
  'clips.twins': (context: StoreContext, input: { readonly id: string; readonly limit: number }): ClipWithRun[] =>
    context.sql
      .all<ClipRow>(
        `${clipSelect}
         JOIN idx.clip AS own ON own.id = :id
         WHERE clip.clip_name = own.clip_name AND clip.variant_name IS own.variant_name AND clip.role = own.role AND clip.run_id <> own.run_id
         ORDER BY run_row.started_at DESC LIMIT :limit`,
        { id: input.id, limit: input.limit },
      )
      .map((row) => toClip(context, row)),
};
