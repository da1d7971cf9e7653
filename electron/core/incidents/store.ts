import type { StoreContext } from '../db/store-context.ts';

export type RunLine = { readonly id: number; readonly path: string; readonly line: number; readonly text: string };

export const incidentReads = {
  /** Lines of the logs of a run as they were read in, after one of them, in order. */
  'incidents.linesOfRun': (
    { sql }: StoreContext,
    input: { readonly runId: string; readonly afterId: number; readonly limit: number },
  ): RunLine[] =>
    sql.all<RunLine>(
      `SELECT log_line.id, log.path, log_line.line, log_line.text FROM idx.log_line AS log_line
       JOIN idx.log AS log ON log.id = log_line.log_id
       WHERE log.run_id = ? AND log_line.id > ? ORDER BY log_line.id LIMIT ?`,
      [input.runId, input.afterId, input.limit],
    ),

  /** How often jobs failed with which incident, and when last. */
  'incidents.jobCounts': ({
    sql,
  }: StoreContext): { incidentId: string; count: number; lastAt: string; lastId: string }[] =>
    sql.all(
      `SELECT json_extract(error, '$.details.incidentId') AS incidentId, count(*) AS count, max(created_at) AS lastAt,
         id AS lastId -- of the row with the maximum
       FROM job WHERE error IS NOT NULL AND json_extract(error, '$.details.incidentId') IS NOT NULL GROUP BY 1`,
    ),

  /** The newest job of each kind that ended well. */
  'incidents.proofs': ({ sql }: StoreContext): { kind: string; jobId: string; at: string }[] =>
    sql.all(
      `SELECT kind, id AS jobId, max(coalesce(finished_at, created_at)) AS at FROM job
       WHERE state = 'succeeded' GROUP BY kind`,
    ),
};
