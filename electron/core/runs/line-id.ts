import type { Sql } from '../db/sql.ts';

/** Ids with the time in them: milliseconds since 1970 times this, plus a number within the millisecond. */
const idsPerMillisecond = 4096;

/** May 2039: later times (a wrong clock) share this place, so that ids and their overflow stay below 2^53. */
const latestMs = 2_190_000_000_000;

type Table = 'idx.log_line' | 'idx.doc';

/**
 * Gives out row ids that grow with time, so that the newest hits of a full-text search are simply
 * its last rows. More rows than fit in one millisecond spill into the next; the exact time is kept
 * in its own column. Times before 1970 sort as the oldest and times after 2039 as the newest.
 */
export function createTimeOrderedIds(sql: Sql, table: Table): (atMs: number) => number {
  const nextFree = new Map<number, number>();

  function firstFree(ms: number): number {
    const from = ms * idsPerMillisecond;
    const row = sql.get<{ newest: number | null }>(`SELECT max(id) AS newest FROM ${table} WHERE id >= ? AND id < ?`, [
      from,
      from + idsPerMillisecond,
    ]);
    return row?.newest == null ? from : row.newest + 1;
  }

  return (atMs) => {
    let ms = Number.isFinite(atMs) ? Math.min(latestMs, Math.max(0, Math.floor(atMs))) : 0;
    for (;;) {
      const id = nextFree.get(ms) ?? firstFree(ms);
      if (id < (ms + 1) * idsPerMillisecond) {
        nextFree.set(ms, id + 1);
        return id;
      }
      nextFree.set(ms, id);
      ms += 1;
    }
  };
}
