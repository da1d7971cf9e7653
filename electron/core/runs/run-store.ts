import { existsSync } from 'node:fs';
import type { LogFile, Observation, RunDetail, RunListItem } from '#shared/model/run.ts';
import type { StoreContext } from '../db/store-context.ts';
import { currentObservations, type ObservationRow } from './fold.ts';
import { unpackRecord } from './stored-record.ts';

type RunRow = {
  run_id: string;
  name: string;
  instance_id: string | null;
  remote_work_dir: string | null;
  facility_ids: string;
  status: string;
  gates: string;
  provenance: string;
  labels: string;
  stage_cells: string;
  started_at: string | null;
  finished_at: string | null;
  elapsed_seconds: number | null;
  clip_count: number | null;
  size_bytes: number | null;
  observation_count: number;
  last_seen_at: string;
  snapshot_tag: string | null;
  files_missing: number;
  is_demo: number;
};

function toListItem(row: RunRow): RunListItem {
  return {
    id: row.run_id,
    name: row.name,
    instanceId: row.instance_id,
    remoteWorkDir: row.remote_work_dir,
    facilityIds: JSON.parse(row.facility_ids) as string[],
    status: row.status as RunListItem['status'],
    gates: row.gates as RunListItem['gates'],
    provenance: row.provenance as RunListItem['provenance'],
    labels: JSON.parse(row.labels) as RunListItem['labels'],
    stageCells: JSON.parse(row.stage_cells) as RunListItem['stageCells'],
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    elapsedSeconds: row.elapsed_seconds,
    clipCount: row.clip_count,
    sizeBytes: row.size_bytes,
    observationCount: row.observation_count,
    lastSeenAt: row.last_seen_at,
    snapshotTag: row.snapshot_tag,
    filesMissing: row.files_missing === 1,
    isDemo: row.is_demo === 1,
  };
}

/** Columns a list may be sorted by; a value from outside never becomes SQL. */
const sortColumns = {
  startedAt: 'started_at',
  name: 'name COLLATE NOCASE',
  status: `instr('failed cut_off unknown running success', status)`,
  gates: `instr('failed unknown partly_measured none_reached passed', gates)`,
  provenance: `instr('merged stale unknown resumed executed', provenance)`,
  clipCount: 'clip_count',
  elapsedSeconds: 'elapsed_seconds',
  sizeBytes: 'size_bytes',
  lastSeenAt: 'last_seen_at',
} as const;

export type RunListQuery = {
  readonly text?: string;
  readonly facilityId?: string;
  readonly status?: readonly string[];
  readonly gates?: readonly string[];
  readonly provenance?: readonly string[];
  readonly since?: string;
  readonly filesMissing?: true;
  readonly sort: keyof typeof sortColumns;
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
};

function filterOf(query: RunListQuery): { where: string; params: Record<string, string> } {
  const parts: string[] = [];
  const params: Record<string, string> = {};
  if (query.text !== undefined && query.text.trim() !== '') {
    const like = `%${query.text.trim().replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
    params['text'] = like;
    parts.push(
      `(name LIKE :text ESCAPE '\\' OR instance_id LIKE :text ESCAPE '\\' OR facility_ids LIKE :text ESCAPE '\\' OR run_id LIKE :text ESCAPE '\\' OR labels LIKE :text ESCAPE '\\' OR remote_work_dir LIKE :text ESCAPE '\\')`,
    );
  }
  if (query.facilityId !== undefined) {
    parts.push('run_id IN (SELECT run_id FROM run_facility WHERE facility_id = :facilityId)');
    params['facilityId'] = query.facilityId;
  }
  for (const column of ['status', 'gates', 'provenance'] as const) {
    const wanted = query[column];
    if (wanted === undefined) continue;
    parts.push(`${column} IN (SELECT value FROM json_each(:${column}))`);
    params[column] = JSON.stringify(wanted);
  }
  if (query.since !== undefined) {
    parts.push('coalesce(started_at, last_seen_at) >= :since');
    params['since'] = query.since;
  }
  if (query.filesMissing === true) parts.push('files_missing = 1');
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, params };
}

type LogRow = {
  id: string;
  path: string;
  generation: number;
  line_count: number;
  prefix_bytes: number;
  warning_count: number;
  error_count: number;
  first_at: string | null;
  last_at: string | null;
};

function logsOf({ sql }: StoreContext, runId: string): LogFile[] {
  return sql
    .all<LogRow>('SELECT * FROM log WHERE run_id = ? ORDER BY first_at, path, generation', [runId])
    .map((row) => ({
      id: row.id,
      path: row.generation === 0 ? row.path : `${row.path} (rewritten ${row.generation} times)`,
      lineCount: row.line_count,
      sizeBytes: row.prefix_bytes,
      warningCount: row.warning_count,
      errorCount: row.error_count,
      firstAt: row.first_at,
      lastAt: row.last_at,
    }));
}

function toObservation(row: ObservationRow): Observation {
  return {
    id: row.id,
    path: row.path,
    snapshotTag: row.snapshot_tag,
    snapshotTakenAt: row.snapshot_taken_at,
    observedAt: row.observed_at,
    isPresent: row.superseded_by === null && existsSync(row.path),
    fileCount: row.file_count,
    sizeBytes: row.size_bytes,
    problems: row.record.length === 0 ? [] : [...unpackRecord(row.record).record.problems],
  };
}

export const runReads = {
  'runs.list': (
    { sql }: StoreContext,
    query: RunListQuery,
  ): { items: RunListItem[]; matchCount: number; totalCount: number; facilityIds: string[] } => {
    const { where, params } = filterOf(query);
    // What has no value sorts last in both directions: it is unknown, not small.
    const column = sortColumns[query.sort];
    // Descending order puts NULL last by itself, and only then can the index give the rows in order.
    const order = query.descending ? `${column} DESC` : `${column} IS NULL, ${column} ASC`;
    const rows = sql.all<RunRow>(
      `SELECT * FROM run_row ${where} ORDER BY ${order}, last_seen_at DESC, run_id LIMIT :limit OFFSET :offset`,
      { ...params, limit: query.limit, offset: query.offset },
    );
    return {
      items: rows.map(toListItem),
      matchCount: sql.get<{ n: number }>(`SELECT count(*) AS n FROM run_row ${where}`, params)!.n,
      totalCount: sql.get<{ n: number }>('SELECT count(*) AS n FROM run_row')!.n,
      facilityIds: sql
        .all<{ id: string }>('SELECT DISTINCT facility_id AS id FROM run_facility ORDER BY facility_id')
        .map((row) => row.id),
    };
  },

  'runs.get': (context: StoreContext, input: { readonly id: string }): RunDetail | null => {
    const { sql } = context;
    const row = sql.get<RunRow>('SELECT * FROM run_row WHERE run_id = ?', [input.id]);
    const [newest] = currentObservations(context, input.id);
    if (row === undefined || newest === undefined) return null;
    const { record } = unpackRecord(newest.record);
    const observations = sql
      .all<ObservationRow>('SELECT * FROM run_observation WHERE run_id = ? ORDER BY observed_at DESC, rowid DESC', [
        input.id,
      ])
      // A sight of the same place that a later one of the same run replaced is not a place of its own.
      .filter((it, _, all) => !all.some((other) => other.id === it.superseded_by))
      .map(toObservation);
    return {
      ...toListItem(row),
      filesMissing: !observations.some((it) => it.isPresent),
      verdicts: record.verdicts,
      stages: [...record.stages],
      gateList: [...record.gateList],
      attempts: [...record.attempts],
      observations,
      logs: logsOf(context, input.id),
      prompts: [...record.prompts],
      headline: [...record.headline],
      carryOver: [...record.carryOver],
      problems: [...record.problems],
    };
  },

  'room.counts': ({ sql }: StoreContext): { runs: number; clips: number; logLines: number } => ({
    runs: sql.get<{ n: number }>('SELECT count(*) AS n FROM run_row')!.n,
    clips: sql.get<{ n: number }>('SELECT count(*) AS n FROM idx.clip')!.n,
    // The sum of the logs' own counts: counting 10 million rows would read the whole table.
    logLines: sql.get<{ n: number | null }>('SELECT sum(line_count) AS n FROM log')!.n ?? 0,
  }),
};
