import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isSameRun } from '#shared/rules/identity.ts';
import type { StoreContext } from '../db/store-context.ts';
import { newId } from '../ids.ts';
import { currentObservations, foldRun } from './fold.ts';
import { toldUntil } from './told-until.ts';
import type { RunRecord } from './read/record.ts';
import { packRecord, unpackRecord, type StoredRecord } from './stored-record.ts';

/** A clip whose file became another version: media ids before and after. */
export type ReplacedClip = { readonly path: string; readonly from: string; readonly to: string };

export type SaveOutcome = {
  readonly runId: string;
  readonly observationId: string;
  readonly outcome: 'new_run' | 'new_observation' | 'unchanged';
  /** Clips whose file now is another version than before, under the same path. */
  readonly replaced: readonly ReplacedClip[];
};

type RunRow = {
  id: string;
  owner: string;
  instance_id: string | null;
  remote_work_dir: string | null;
  facility_ids: string;
  first_start_at: string | null;
  start_source: string;
};

type Identity = RunRecord['identity'];

function toIdentity(row: RunRow): Identity {
  return {
    owner: row.owner,
    instanceId: row.instance_id,
    remoteWorkDir: row.remote_work_dir,
    facilityIds: JSON.parse(row.facility_ids) as string[],
    firstFreshStartAt: row.first_start_at,
    startSource: row.start_source as Identity['startSource'],
  };
}

/** Sources of the start time, the most exact first: a better one replaces what the run row holds. */
const sourceRank: Record<Identity['startSource'], number> = { summary: 0, log: 1, stages: 2, none: 3 };

function findOrCreateRun({ sql }: StoreContext, identity: Identity, now: string): { runId: string; isNew: boolean } {
  const candidates = sql.all<RunRow>('SELECT * FROM run WHERE owner = ?', [identity.owner]);
  const match = candidates.find((row) => isSameRun(toIdentity(row), identity));
  if (match !== undefined) {
    const known = toIdentity(match);
    const facilityIds = [...new Set([...known.facilityIds, ...identity.facilityIds])].toSorted();
    const isBetter = sourceRank[identity.startSource] < sourceRank[known.startSource];
    sql.run('UPDATE run SET facility_ids = ?, first_start_at = ?, start_source = ? WHERE id = ?', [
      JSON.stringify(facilityIds),
      isBetter ? identity.firstFreshStartAt : known.firstFreshStartAt,
      isBetter ? identity.startSource : known.startSource,
      match.id,
    ]);
    return { runId: match.id, isNew: false };
  }
  const runId = newId('run');
  sql.run(
    'INSERT INTO run (id, owner, instance_id, remote_work_dir, facility_ids, first_start_at, start_source, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [
      runId,
      identity.owner,
      identity.instanceId,
      identity.remoteWorkDir,
      JSON.stringify(identity.facilityIds),
      identity.firstFreshStartAt,
      identity.startSource,
      now,
    ],
  );
  return { runId, isNew: true };
}

/** Changes when a file of the run changes (path, size, time) or when this room reads it differently. */
function contentHash(record: RunRecord): string {
  const { root: _root, snapshot: _snapshot, ...said } = record;
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

/** The pipeline converts some files in place; what was said about the old bytes is carried to the new ones. */
function findReplaced({ sql }: StoreContext, runId: string, stored: StoredRecord): ReplacedClip[] {
  const replaced: ReplacedClip[] = [];
  for (const row of sql.all<{ path: string; media_id: string }>(
    'SELECT path, media_id FROM idx.clip WHERE run_id = ? AND media_id IS NOT NULL',
    [runId],
  )) {
    const now = stored.media[row.path];
    if (now !== undefined && now !== row.media_id) replaced.push({ path: row.path, from: row.media_id, to: now });
  }
  return replaced;
}

type ObservationRow = { id: string; run_id: string; content_hash: string; record: Buffer };

/** The files of a place are others now, or may be: only what stands there today is found there. */
function forgetPlaces({ sql }: StoreContext, root: string, superseded: ObservationRow): void {
  for (const [path, mediaId] of Object.entries(unpackRecord(superseded.record).media))
    sql.run('DELETE FROM idx.media_place WHERE media_id = ? AND path = ?', [mediaId, join(root, path)]);
}

/**
 * Drops what earlier sights of the same run at the same place said, once the newer one has every clip they
 * had. A sight of a clip that is gone since stays, and so does the last sight of another run: either may be
 * the only trace.
 */
function dropRecordsWithin({ sql }: StoreContext, runId: string, stored: StoredRecord): void {
  for (const row of sql.all<ObservationRow>(
    `SELECT id, run_id, content_hash, record FROM run_observation
     WHERE path = ? AND run_id = ? AND superseded_by IS NOT NULL AND length(record) > 0`,
    [stored.record.root, runId],
  )) {
    if (Object.keys(unpackRecord(row.record).media).every((path) => stored.media[path] !== undefined))
      sql.run(`UPDATE run_observation SET record = x'' WHERE id = ?`, [row.id]);
  }
}

export const observationWrites = {
  /**
   * Stores what a folder says about a run: finds the run it belongs to or makes one, adds an
   * observation unless the same place already said the same, and folds the run's rows anew.
   */
  'runs.saveObservation': (
    context: StoreContext,
    input: { readonly stored: StoredRecord; readonly observedAt: string; readonly demoFolder: string | null },
  ): SaveOutcome => {
    const { sql } = context;
    const { record } = input.stored;
    const hash = contentHash(record);
    return sql.transaction(() => {
      const { runId, isNew } = findOrCreateRun(context, record.identity, input.observedAt);
      const atPlace = sql.all<ObservationRow>(
        'SELECT id, run_id, content_hash, record FROM run_observation WHERE path = ? AND superseded_by IS NULL',
        [record.root],
      );
      const same = atPlace.find((row) => row.run_id === runId && row.content_hash === hash);
      if (same !== undefined) {
        // Nothing new was said. The rows are folded only when they are not there, or say that the files are gone.
        const row = sql.get<{ files_missing: number }>('SELECT files_missing FROM idx.run_row WHERE run_id = ?', [
          runId,
        ]);
        if (row?.files_missing !== 0) foldRun(context, runId, input.demoFolder);
        return { runId, observationId: same.id, outcome: 'unchanged', replaced: [] };
      }
      const replaced = findReplaced(context, runId, input.stored);
      const observationId = newId('obs');
      const sizeBytes = record.files.reduce((sum, file) => sum + file.sizeBytes, 0);
      sql.run(
        `INSERT INTO run_observation (id, run_id, path, snapshot_tag, snapshot_taken_at, observed_at, content_hash, file_count, size_bytes, record, told_until)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          observationId,
          runId,
          record.root,
          record.snapshot?.tag ?? tagOf(record),
          record.snapshot?.takenAt ?? null,
          input.observedAt,
          hash,
          record.files.length,
          sizeBytes,
          packRecord(input.stored),
          toldUntil(record, input.observedAt),
        ],
      );
      for (const row of atPlace) {
        sql.run('UPDATE run_observation SET superseded_by = ? WHERE id = ?', [observationId, row.id]);
        forgetPlaces(context, record.root, row);
      }
      dropRecordsWithin(context, runId, input.stored);
      for (const row of atPlace) if (row.run_id !== runId) foldRun(context, row.run_id, input.demoFolder);
      foldRun(context, runId, input.demoFolder);
      return { runId, observationId, outcome: isNew ? 'new_run' : 'new_observation', replaced };
    });
  },

  /** Folds a run's rows from its observations: after a rebuild, or when its places came or went. */
  'runs.fold': (context: StoreContext, input: { readonly runId: string; readonly demoFolder: string | null }): null => {
    context.sql.transaction(() => foldRun(context, input.runId, input.demoFolder));
    return null;
  },

  /** Compares the presence of every place with what the rows say; folds the runs where it changed. */
  'runs.refreshPresence': (context: StoreContext, input: { readonly demoFolder: string | null }): string[] => {
    const rows = context.sql.all<{ run_id: string; path: string; files_missing: number }>(
      `SELECT o.run_id, o.path, r.files_missing FROM run_observation o JOIN idx.run_row r ON r.run_id = o.run_id
       WHERE o.superseded_by IS NULL`,
    );
    const present = new Map<string, boolean>();
    const said = new Map<string, boolean>();
    for (const row of rows) {
      present.set(row.run_id, (present.get(row.run_id) ?? false) || existsSync(row.path));
      said.set(row.run_id, row.files_missing === 0);
    }
    const changed = [...present.keys()].filter((runId) => present.get(runId) !== said.get(runId));
    for (const runId of changed) context.sql.transaction(() => foldRun(context, runId, input.demoFolder));
    return changed;
  },
};

/** The name of the folder a run stands in says which snapshot it is when no manifest does. */
function tagOf(record: RunRecord): string | null {
  const match = /[/\\]([^/\\]+)[/\\]work_dir(?:[/\\]|$)/.exec(record.root);
  return match?.[1] ?? null;
}

export const observationReads = {
  'runs.allIds': ({ sql }: StoreContext): string[] =>
    sql.all<{ id: string }>('SELECT id FROM run').map((row) => row.id),

  /** Runs that the index has no row of, although something was seen of them. */
  'runs.unfoldedIds': ({ sql }: StoreContext): string[] =>
    sql
      .all<{ id: string }>(
        `SELECT id FROM run WHERE id NOT IN (SELECT run_id FROM idx.run_row)
           AND EXISTS (SELECT 1 FROM run_observation WHERE run_id = run.id AND length(record) > 0)`,
      )
      .map((row) => row.id),

  /** Places a rebuild reads again, and whether each is still there. */
  'runs.places': ({
    sql,
  }: StoreContext): { readonly runId: string; readonly path: string; readonly isPresent: boolean }[] =>
    sql
      .all<{ run_id: string; path: string }>(
        'SELECT run_id, path FROM run_observation WHERE superseded_by IS NULL ORDER BY observed_at',
      )
      .map((row) => ({ runId: row.run_id, path: row.path, isPresent: existsSync(row.path) })),

  'runs.files': (context: StoreContext, input: { readonly runId: string }) => {
    const [row] = currentObservations(context, input.runId);
    if (row === undefined) return null;
    const { record } = unpackRecord(row.record);
    return { root: row.path, isPresent: existsSync(row.path), items: record.files };
  },
};
