import type { Migration } from './migrate.ts';

/**
 * What can be made again from the run folders and the observations.
 *
 * Ids of log lines grow with time (see `log-line-id.ts`), so that "newest first" is the order of
 * the full-text index itself: bm25 over common words would read every hit to rank it.
 */
export const indexMigrations: readonly Migration[] = [
  {
    version: 10,
    title: 'rows for lists, clips, places of media, log lines and search',
    up: (database) =>
      database.exec(`
        CREATE TABLE run_row (
          run_id TEXT PRIMARY KEY,
          name TEXT NOT NULL,
          instance_id TEXT,
          remote_work_dir TEXT,
          facility_ids TEXT NOT NULL,
          status TEXT NOT NULL,
          gates TEXT NOT NULL,
          provenance TEXT NOT NULL,
          labels TEXT NOT NULL,
          stage_cells TEXT NOT NULL,
          started_at TEXT,
          finished_at TEXT,
          elapsed_seconds REAL,
          clip_count INTEGER,
          size_bytes INTEGER,
          observation_count INTEGER NOT NULL,
          last_seen_at TEXT NOT NULL,
          snapshot_tag TEXT,
          files_missing INTEGER NOT NULL,
          is_demo INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX run_row_by_start ON run_row (started_at);

        CREATE TABLE run_facility (
          facility_id TEXT NOT NULL,
          run_id TEXT NOT NULL,
          PRIMARY KEY (facility_id, run_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX run_facility_by_run ON run_facility (run_id);

        CREATE TABLE clip (
          id TEXT PRIMARY KEY,
          run_id TEXT NOT NULL,
          role TEXT NOT NULL,
          facility_id TEXT,
          clip_name TEXT,
          variant_name TEXT,
          path TEXT NOT NULL,
          media_id TEXT,
          ordinal INTEGER NOT NULL,
          record TEXT NOT NULL
        ) STRICT;
        CREATE INDEX clip_by_run ON clip (run_id, ordinal);
        CREATE INDEX clip_by_name ON clip (clip_name, variant_name, role);
        CREATE INDEX clip_by_media ON clip (media_id);

        CREATE TABLE media_place (
          media_id TEXT NOT NULL,
          path TEXT NOT NULL,
          root TEXT NOT NULL,
          PRIMARY KEY (media_id, path)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE log (
          id TEXT PRIMARY KEY,
          run_id TEXT NOT NULL,
          path TEXT NOT NULL,
          generation INTEGER NOT NULL,
          prefix_bytes INTEGER NOT NULL,
          prefix_hash TEXT NOT NULL,
          line_count INTEGER NOT NULL,
          warning_count INTEGER NOT NULL,
          error_count INTEGER NOT NULL,
          first_at TEXT,
          last_at TEXT,
          -- What the reader must know to go on: stage and time of the last line.
          position TEXT NOT NULL,
          UNIQUE (run_id, path, generation)
        ) STRICT;

        CREATE TABLE log_line (
          id INTEGER PRIMARY KEY,
          log_id TEXT NOT NULL,
          line INTEGER NOT NULL,
          at TEXT,
          level TEXT NOT NULL,
          logger TEXT NOT NULL,
          stage_key TEXT,
          text TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX log_line_by_log ON log_line (log_id, line);

        CREATE VIRTUAL TABLE log_fts USING fts5 (text, content = 'log_line', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
        -- Parts of words, only where a part is what people remember: error lines.
        CREATE VIRTUAL TABLE error_fts USING fts5 (text, content = 'log_line', content_rowid = 'id', tokenize = 'trigram');

        CREATE TABLE doc (
          id INTEGER PRIMARY KEY,
          kind TEXT NOT NULL,
          run_id TEXT NOT NULL,
          stage_key TEXT,
          clip_id TEXT,
          at TEXT,
          text TEXT NOT NULL
        ) STRICT;
        CREATE INDEX doc_by_run ON doc (run_id);
        CREATE VIRTUAL TABLE doc_fts USING fts5 (text, content = 'doc', content_rowid = 'id', tokenize = 'trigram');
      `),
  },
];
