import type { LogLevel, LogLine } from '#shared/model/log.ts';
import { RoomError } from '#shared/errors.ts';
import type { StoreContext } from '../db/store-context.ts';
import { derivedId } from '../ids.ts';
import { createTimeOrderedIds } from './line-id.ts';

/** What the log reader must know to go on after the last line it gave out. */
export type LogPosition = {
  readonly nextLine: number;
  readonly stageKey: string | null;
  readonly lastStageKey: string | null;
  readonly lastAt: string | null;
};

/** How far a log has been read: the search holds its lines up to `prefixBytes`, whose SHA-256 is `prefixHash`. */
export type LogState = {
  readonly id: string;
  readonly generation: number;
  readonly prefixBytes: number;
  readonly prefixHash: string;
  readonly lineCount: number;
  readonly position: LogPosition;
};

type LogRow = {
  id: string;
  generation: number;
  prefix_bytes: number;
  prefix_hash: string;
  line_count: number;
  position: string;
};

/** Levels whose lines are also found by parts of words. */
const substringLevels: ReadonlySet<LogLevel> = new Set(['ERROR', 'CRITICAL', 'WARNING']);

export type LogBatch = {
  readonly runId: string;
  readonly path: string;
  readonly generation: number;
  readonly lines: readonly LogLine[];
  /** For lines of a log that carries no times at all: milliseconds since 1970. */
  readonly fallbackAtMs: number;
  /** State after this batch. */
  readonly prefixBytes: number;
  readonly prefixHash: string;
  readonly position: LogPosition;
};

export const logWrites = {
  /** Adds lines and moves the mark in one transaction: after a crash a line is there once or not yet. */
  'logs.addLines': ({ sql }: StoreContext, batch: LogBatch): null => {
    const logId = derivedId('log', batch.runId, batch.path, String(batch.generation));
    const idFor = createTimeOrderedIds(sql, 'idx.log_line');
    sql.transaction(() => {
      sql.run(
        `INSERT INTO idx.log (id, run_id, path, generation, prefix_bytes, prefix_hash, line_count, warning_count, error_count, position)
         VALUES (?, ?, ?, ?, 0, '', 0, 0, 0, '') ON CONFLICT DO NOTHING`,
        [logId, batch.runId, batch.path, batch.generation],
      );
      let errors = 0;
      let warnings = 0;
      for (const line of batch.lines) {
        const id = idFor(line.at === null ? batch.fallbackAtMs : Date.parse(line.at));
        sql.run(
          'INSERT INTO idx.log_line (id, log_id, line, at, level, logger, stage_key, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          [id, logId, line.line, line.at, line.level, line.logger, line.stageKey, line.text],
        );
        sql.run('INSERT INTO idx.log_fts (rowid, text) VALUES (?, ?)', [id, line.text]);
        if (substringLevels.has(line.level))
          sql.run('INSERT INTO idx.error_fts (rowid, text) VALUES (?, ?)', [id, line.text]);
        if (line.level === 'ERROR' || line.level === 'CRITICAL') errors += 1;
        if (line.level === 'WARNING') warnings += 1;
      }
      const times = batch.lines.map((line) => line.at).filter((at) => at !== null);
      sql.run(
        `UPDATE idx.log SET prefix_bytes = :prefixBytes, prefix_hash = :prefixHash, line_count = line_count + :lines,
           warning_count = warning_count + :warnings, error_count = error_count + :errors,
           first_at = coalesce(first_at, :firstAt), last_at = coalesce(:lastAt, last_at), position = :position WHERE id = :id`,
        {
          id: logId,
          prefixBytes: batch.prefixBytes,
          prefixHash: batch.prefixHash,
          lines: batch.lines.length,
          warnings,
          errors,
          firstAt: times[0] ?? null,
          lastAt: times.at(-1) ?? null,
          position: JSON.stringify(batch.position),
        },
      );
    });
    return null;
  },
};

type LineRow = {
  line: number;
  at: string | null;
  level: string;
  logger: string;
  text: string;
  stage_key: string | null;
};

export type LogReadQuery = {
  readonly id: string;
  readonly offset: number;
  readonly limit: number;
  readonly levels?: readonly string[];
  readonly stageKey?: string;
  readonly text?: string;
};

export const logReads = {
  /** Every generation of a log that was read so far; the newest first. */
  'logs.states': ({ sql }: StoreContext, input: { readonly runId: string; readonly path: string }): LogState[] =>
    sql
      .all<LogRow>('SELECT * FROM idx.log WHERE run_id = ? AND path = ? ORDER BY generation DESC', [
        input.runId,
        input.path,
      ])
      .map((row) => ({
        id: row.id,
        generation: row.generation,
        prefixBytes: row.prefix_bytes,
        prefixHash: row.prefix_hash,
        lineCount: row.line_count,
        position: JSON.parse(row.position) as LogPosition,
      })),

  'logs.read': (
    { sql }: StoreContext,
    query: LogReadQuery,
  ): { items: LogLine[]; matchCount: number; lineCount: number; firstErrorOffset: number | null } => {
    const log = sql.get<{ line_count: number }>('SELECT line_count FROM idx.log WHERE id = ?', [query.id]);
    if (log === undefined) throw new RoomError('not_found', `There is no log ${query.id} in this workspace.`);
    const parts = ['log_id = :id'];
    const params: Record<string, string> = { id: query.id };
    if (query.levels !== undefined) {
      parts.push('level IN (SELECT value FROM json_each(:levels))');
      params['levels'] = JSON.stringify(query.levels);
    }
    if (query.stageKey !== undefined) {
      parts.push('stage_key = :stageKey');
      params['stageKey'] = query.stageKey;
    }
    if (query.text !== undefined && query.text !== '') {
      parts.push(`text LIKE :text ESCAPE '\\'`);
      params['text'] = `%${query.text.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
    }
    const isFiltered = parts.length > 1;
    const where = parts.join(' AND ');
    const rows = isFiltered
      ? sql.all<LineRow>(`SELECT * FROM idx.log_line WHERE ${where} ORDER BY line LIMIT :limit OFFSET :offset`, {
          ...params,
          limit: query.limit,
          offset: query.offset,
        })
      : // Line numbers are 1, 2, 3 …: the n-th line is found without counting the ones before it.
        sql.all<LineRow>(
          'SELECT * FROM idx.log_line WHERE log_id = :id AND line > :offset ORDER BY line LIMIT :limit',
          {
            id: query.id,
            offset: query.offset,
            limit: query.limit,
          },
        );
    const matchCount = isFiltered
      ? sql.get<{ n: number }>(`SELECT count(*) AS n FROM idx.log_line WHERE ${where}`, params)!.n
      : log.line_count;
    const firstError = sql.get<{ line: number }>(
      `SELECT line FROM idx.log_line WHERE ${where} AND level IN ('ERROR', 'CRITICAL') ORDER BY line LIMIT 1`,
      params,
    );
    const firstErrorOffset =
      firstError === undefined
        ? null
        : isFiltered
          ? sql.get<{ n: number }>(`SELECT count(*) AS n FROM idx.log_line WHERE ${where} AND line < :firstLine`, {
              ...params,
              firstLine: firstError.line,
            })!.n
          : firstError.line - 1;
    return {
      items: rows.map((row) => ({
        line: row.line,
        at: row.at,
        level: row.level as LogLevel,
        logger: row.logger,
        text: row.text,
        stageKey: row.stage_key,
      })),
      matchCount,
      lineCount: log.line_count,
      firstErrorOffset,
    };
  },
};
