import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { StageCell } from '#shared/model/run.ts';
import type { StoreContext } from '../db/store-context.ts';
import { derivedId } from '../ids.ts';
import { replaceDocs, type Doc } from './doc-store.ts';
import type { ClipRecord, RunRecord } from './read/record.ts';
import { unpackRecord, type StoredRecord } from './stored-record.ts';

export type ObservationRow = {
  id: string;
  run_id: string;
  path: string;
  snapshot_tag: string | null;
  snapshot_taken_at: string | null;
  observed_at: string;
  file_count: number;
  size_bytes: number;
  record: Buffer;
  superseded_by: string | null;
};

/** The same clip of the same run has the same id in every observation and after every rebuild. */
export function clipIdOf(runId: string, relativePath: string): string {
  return derivedId('clip', runId, relativePath);
}

/**
 * Observations of a run that still hold a record, the one that tells of the latest state first: an old
 * snapshot that is imported late is old all the same.
 */
export function currentObservations({ sql }: StoreContext, runId: string): ObservationRow[] {
  return sql.all<ObservationRow>(
    `SELECT * FROM run_observation WHERE run_id = ? AND length(record) > 0
     ORDER BY superseded_by IS NULL DESC, told_until DESC, observed_at DESC, rowid DESC`,
    [runId],
  );
}

function cellsOf(record: RunRecord): StageCell[] {
  return record.stages.map((stage) => ({
    key: stage.key,
    status: stage.status,
    reused: stage.provenance === 'resumed',
    stale: stage.staleBecause !== null,
    gateFailed: stage.gateFailed,
  }));
}

function docsOf(runId: string, record: RunRecord): Doc[] {
  const at = record.finishedAt ?? record.startedAt;
  const who = [record.name, record.identity.instanceId ?? '', ...record.identity.facilityIds].filter(
    (text) => text !== '',
  );
  return [
    { kind: 'run', stageKey: null, clipId: null, at, text: who.join(' ') },
    ...record.stages
      .filter((stage) => stage.detail !== '')
      .map((stage): Doc => ({
        kind: 'stage',
        stageKey: stage.key,
        clipId: null,
        at: stage.finishedAt ?? at,
        text: stage.detail,
      })),
    ...record.prompts.map((prompt): Doc => ({
      kind: 'prompt',
      stageKey: 's2_enrich',
      clipId: null,
      at,
      text: `${prompt.variantName}: ${prompt.prompt}`,
    })),
    ...record.clips
      .filter((clip) => clip.role === 'enriched' || clip.role === 'render')
      .map((clip): Doc => ({
        kind: 'clip',
        stageKey: null,
        clipId: clipIdOf(runId, clip.path),
        at,
        text: clip.fileName,
      })),
  ];
}

/** Makes the index rows of one run from its observations. The history is not changed. */
export function foldRun(context: StoreContext, runId: string, demoFolder: string | null): void {
  const { sql } = context;
  const observations = currentObservations(context, runId);
  const [newest] = observations;
  if (newest === undefined) return;
  const unpacked = observations.map((row) => ({ row, stored: unpackRecord(row.record) }));
  const { record } = unpacked[0]!.stored;
  const counted = sql.get<{ n: number }>(
    'SELECT count(*) AS n FROM run_observation WHERE run_id = ? AND superseded_by IS NULL',
    [runId],
  )!.n;
  const isPresent = observations.some((row) => row.superseded_by === null && existsSync(row.path));
  const isDemo = demoFolder !== null && observations.every((row) => row.path.startsWith(demoFolder + sep));

  sql.run('DELETE FROM idx.run_facility WHERE run_id = ?', [runId]);
  for (const facilityId of record.identity.facilityIds) {
    sql.run('INSERT OR IGNORE INTO idx.run_facility (facility_id, run_id) VALUES (?, ?)', [facilityId, runId]);
  }
  sql.run('DELETE FROM idx.clip WHERE run_id = ?', [runId]);
  const clipCount = insertClips(context, runId, unpacked);
  replaceDocs(context, runId, docsOf(runId, record));

  sql.run(
    `INSERT OR REPLACE INTO idx.run_row (run_id, name, instance_id, remote_work_dir, facility_ids, status, gates, provenance, labels,
       stage_cells, started_at, finished_at, elapsed_seconds, clip_count, size_bytes, observation_count, last_seen_at, snapshot_tag, files_missing, is_demo)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      runId,
      record.name,
      record.identity.instanceId,
      record.identity.remoteWorkDir,
      JSON.stringify(record.identity.facilityIds),
      record.verdicts.status.state,
      record.verdicts.gates.state,
      record.verdicts.provenance.state,
      JSON.stringify({
        status: record.verdicts.status.label,
        gates: record.verdicts.gates.label,
        provenance: record.verdicts.provenance.label,
      }),
      JSON.stringify(cellsOf(record)),
      record.startedAt,
      record.finishedAt,
      record.elapsedSeconds,
      clipCount,
      newest.size_bytes,
      Math.max(1, counted),
      observations
        .map((row) => row.observed_at)
        .toSorted()
        .at(-1)!,
      newest.snapshot_tag,
      isPresent ? 0 : 1,
      isDemo ? 1 : 0,
    ],
  );
}

/** Clips of the newest observation, then those that only an older one still has. */
function insertClips(
  { sql }: StoreContext,
  runId: string,
  observations: readonly { readonly row: ObservationRow; readonly stored: StoredRecord }[],
): number {
  const seen = new Set<string>();
  /** For a clip that the newest sight only knows by name: the version it was when its file was last there. */
  const lastSeenAs = (path: string): string | null =>
    observations.map(({ stored }) => stored.media[path]).find((mediaId) => mediaId !== undefined) ?? null;
  let ordinal = 0;
  let current = 0;
  for (const [rank, { row, stored }] of observations.entries()) {
    for (const clip of stored.record.clips) {
      const mediaId = stored.media[clip.path] ?? null;
      if (mediaId !== null && row.superseded_by === null) {
        sql.run('INSERT OR IGNORE INTO idx.media_place (media_id, path, root) VALUES (?, ?, ?)', [
          mediaId,
          join(row.path, clip.path),
          row.path,
        ]);
      }
      if (seen.has(clip.path)) continue;
      seen.add(clip.path);
      insertClip({ sql }, runId, clip, clip.sizeBytes === null ? lastSeenAs(clip.path) : mediaId, ordinal++);
      if (rank === 0) current += 1;
    }
  }
  return current;
}

function insertClip(
  { sql }: Pick<StoreContext, 'sql'>,
  runId: string,
  clip: ClipRecord,
  mediaId: string | null,
  ordinal: number,
): void {
  sql.run(
    `INSERT INTO idx.clip (id, run_id, role, facility_id, clip_name, variant_name, path, media_id, ordinal, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      clipIdOf(runId, clip.path),
      runId,
      clip.role,
      clip.facilityId,
      clip.clipName,
      clip.variantName,
      clip.path,
      mediaId,
      ordinal,
      JSON.stringify(clip),
    ],
  );
}
