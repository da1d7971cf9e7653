import type { SearchHit } from '#shared/model/log.ts';
import type { StoreContext } from '../db/store-context.ts';

export type SearchQuery = {
  readonly text: string;
  readonly kinds?: readonly string[];
  readonly runId?: string;
  readonly stageKey?: string;
  readonly levels?: readonly string[];
  readonly limit: number;
};

/** Words of a query; what stands in double quotes is one of them. A NUL would end the query inside FTS5 and parts words here. */
export function splitTerms(text: string): string[] {
  return [...text.replaceAll('\0', ' ').matchAll(/"([^"]+)"|(\S+)/g)]
    .map((match) => (match[1] ?? match[2] ?? '').trim())
    .filter((term) => term !== '' && term !== '"');
}

/** Every term as a string of FTS5, so that nothing a person types is read as query syntax; the last may be unfinished. */
function matchExpression(terms: readonly string[], lastIsPrefix: boolean): string {
  return terms
    .map((term, i) => `"${term.replaceAll('"', '""')}"${lastIsPrefix && i === terms.length - 1 ? ' *' : ''}`)
    .join(' ');
}

/** Half-open ranges of `text` in which a term stands, in order and without overlap. */
export function findHighlights(text: string, terms: readonly string[]): [number, number][] {
  const lower = lowerCaseInPlace(text);
  const found: [number, number][] = [];
  for (const term of terms) {
    const wanted = lowerCaseInPlace(term);
    for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, at + wanted.length))
      found.push([at, at + wanted.length]);
  }
  const merged: [number, number][] = [];
  for (const [from, to] of found.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** Lower case of the same length: a few letters (İ) would grow and shift every range after them; those stay. */
function lowerCaseInPlace(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (letter) => {
    const small = letter.toLowerCase();
    return small.length === letter.length ? small : letter;
  }).join('');
}

type HitRow = {
  id: number;
  kind: string;
  run_id: string;
  run_name: string;
  instance_id: string | null;
  stage_key: string | null;
  at: string | null;
  level: string | null;
  log_id: string | null;
  log_path: string | null;
  line: number | null;
  clip_id: string | null;
  text: string;
};

const logColumns = `line.id, 'log' AS kind, log.run_id, run_row.name AS run_name, run_row.instance_id, line.stage_key, line.at, line.level,
  log.id AS log_id, log.path AS log_path, line.line, NULL AS clip_id, line.text`;
const docColumns = `doc.id, doc.kind, doc.run_id, run_row.name AS run_name, run_row.instance_id, doc.stage_key, doc.at, NULL AS level,
  NULL AS log_id, NULL AS log_path, NULL AS line, doc.clip_id, doc.text`;

function searchLogs(
  { sql }: StoreContext,
  index: 'log_fts' | 'error_fts',
  match: string,
  query: SearchQuery,
): HitRow[] {
  const filters: string[] = [];
  const params: Record<string, string | number> = { match, limit: query.limit + 1 };
  if (query.runId !== undefined) {
    filters.push('log.run_id = :runId');
    params['runId'] = query.runId;
  }
  if (query.stageKey !== undefined) {
    filters.push('line.stage_key = :stageKey');
    params['stageKey'] = query.stageKey;
  }
  if (query.levels !== undefined) {
    filters.push('line.level IN (SELECT value FROM json_each(:levels))');
    params['levels'] = JSON.stringify(query.levels);
  }
  // The index is asked newest first and stops at the limit. The unary plus keeps the planner from
  // turning the join around and sorting all hits.
  return sql.all<HitRow>(
    `SELECT ${logColumns} FROM idx.${index} AS fts
     CROSS JOIN idx.log_line AS line ON line.id = fts.rowid
     CROSS JOIN idx.log AS log ON log.id = line.log_id
     CROSS JOIN idx.run_row AS run_row ON run_row.run_id = log.run_id
     WHERE fts.${index} MATCH :match ${filters.map((filter) => `AND ${filter}`).join(' ')}
     ORDER BY fts.rowid DESC LIMIT :limit`,
    params,
  );
}

function searchDocs({ sql }: StoreContext, terms: readonly string[], query: SearchQuery): HitRow[] {
  const filters: string[] = [];
  const params: Record<string, string | number> = { limit: query.limit + 1 };
  if (query.runId !== undefined) {
    filters.push('doc.run_id = :runId');
    params['runId'] = query.runId;
  }
  if (query.stageKey !== undefined) {
    filters.push('doc.stage_key = :stageKey');
    params['stageKey'] = query.stageKey;
  }
  if (query.kinds !== undefined) {
    filters.push('doc.kind IN (SELECT value FROM json_each(:kinds))');
    params['kinds'] = JSON.stringify(query.kinds);
  }
  // A trigram index knows nothing of one or two characters: those are looked up by LIKE.
  const long = terms.filter((term) => term.length >= 3);
  terms
    .filter((term) => term.length < 3)
    .forEach((term, i) => {
      filters.push(`doc.text LIKE :short${i} ESCAPE '\\'`);
      params[`short${i}`] = `%${term.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
    });
  const source =
    long.length === 0 ? 'idx.doc AS doc' : 'idx.doc_fts AS fts CROSS JOIN idx.doc AS doc ON doc.id = fts.rowid';
  if (long.length > 0) {
    filters.push('fts.doc_fts MATCH :match');
    params['match'] = matchExpression(long, false);
  }
  return sql.all<HitRow>(
    `SELECT ${docColumns} FROM ${source} CROSS JOIN idx.run_row AS run_row ON run_row.run_id = doc.run_id
     WHERE ${filters.length === 0 ? '1' : filters.join(' AND ')} ORDER BY doc.id DESC LIMIT :limit`,
    params,
  );
}

export const searchReads = {
  'history.search': (
    context: StoreContext,
    query: SearchQuery,
  ): { items: SearchHit[]; hasMore: boolean; usedSubstrings: boolean } => {
    const terms = splitTerms(query.text);
    if (terms.length === 0) return { items: [], hasMore: false, usedSubstrings: false };
    const wantsLogs = query.kinds === undefined || query.kinds.includes('log');
    const wantsDocs =
      query.levels === undefined && (query.kinds === undefined || query.kinds.some((kind) => kind !== 'log'));
    const canSubstring = terms.every((term) => term.length >= 3);

    const rows = new Map<string, HitRow>();
    const add = (found: readonly HitRow[]): void => {
      for (const row of found) rows.set(`${row.kind === 'log' ? 'l' : 'd'}${row.id}`, row);
    };
    if (wantsLogs) {
      const whole = searchLogs(context, 'log_fts', matchExpression(terms, false), query);
      add(whole);
      // The last word may be unfinished. Its beginning makes the index gather every line that has it before the
      // first one comes (0.9 s among ten million): only when whole words do not fill the page.
      if (whole.length <= query.limit) add(searchLogs(context, 'log_fts', matchExpression(terms, true), query));
      if (canSubstring) add(searchLogs(context, 'error_fts', matchExpression(terms, false), query));
    }
    if (wantsDocs) add(searchDocs(context, terms, query));

    // Ids of both tables carry the time: newest first over all of them.
    const sorted = [...rows.values()].toSorted((a, b) => b.id - a.id);
    const items = sorted.slice(0, query.limit).map((row): SearchHit => ({
      kind: row.kind as SearchHit['kind'],
      runId: row.run_id,
      runName: row.run_name,
      instanceId: row.instance_id,
      stageKey: row.stage_key,
      at: row.at,
      level: row.level as SearchHit['level'],
      logId: row.log_id,
      logPath: row.log_path,
      line: row.line,
      clipId: row.clip_id,
      text: row.text,
      highlights: findHighlights(row.text, terms),
    }));
    return { items, hasMore: sorted.length > query.limit, usedSubstrings: canSubstring };
  },
};
