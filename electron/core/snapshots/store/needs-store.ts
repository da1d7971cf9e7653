import type { StoreContext } from '../../db/store-context.ts';

/** A file that something of the history needs, and a place where it is. */
export type NeedPlace = {
  /** The same for every place of the same content. */
  readonly key: string;
  /** What needs it, for people: `a review of run-3`. */
  readonly by: string;
  readonly path: string;
};

/**
 * What needs which content. A later table that shows or judges clips adds its line here, and retention heeds it.
 * Each selects `media_id`, `by`, and the clip that tells of which run it is.
 */
const mediaNeeds: readonly string[] = [
  `SELECT media_id, 'a review' AS by, clip_id FROM decision WHERE undone_by IS NULL`,
  // A pair names its clips; which bytes were shown is told by them.
  `SELECT clip.media_id, 'a review' AS by, clip.id AS clip_id FROM decision
     JOIN idx.clip AS clip ON clip.id IN (decision.clip_id, decision.other_clip_id) WHERE undone_by IS NULL`,
  `SELECT control_media_id AS media_id, 'a depth check' AS by, clip_id FROM orientation_check`,
  `SELECT input_media_id AS media_id, 'a depth check' AS by, clip_id FROM orientation_check`,
  `SELECT clip.media_id, 'a depth check' AS by, clip.id AS clip_id FROM orientation_check
     JOIN idx.clip AS clip ON clip.id = orientation_check.clip_id`,
  `SELECT media_id, 'a study' AS by, clip_id FROM study_clip`,
  `SELECT control_media_id AS media_id, 'a depth verdict' AS by, clip_id FROM orientation_override`,
];

const needed = `
  SELECT DISTINCT need.media_id, need.by, run_row.name AS name FROM (${mediaNeeds.join(' UNION ')}) AS need
  LEFT JOIN idx.clip AS clip ON clip.id = need.clip_id
  LEFT JOIN idx.run_row AS run_row ON run_row.run_id = clip.run_id
  WHERE need.media_id IS NOT NULL`;

type Row = { key: string; by: string; name: string | null; path: string };

export const needReads = {
  /**
   * Every place below a folder of what reviews, checks and observations need. A run needs the folders that it was
   * seen in: the last of them is what is left of it.
   */
  'snapshots.needs': (
    { sql }: StoreContext,
    input: {
      /** Absolute folder, without a slash at its end. */
      readonly folder: string;
      /** Only what has a place below this folder as well; null for everything. */
      readonly onlyOf: string | null;
    },
  ): NeedPlace[] =>
    sql
      .all<Row>(
        `WITH place AS (
           SELECT 'media ' || needed.media_id AS key, needed.by, needed.name, media_place.path
           FROM (${needed}) AS needed JOIN idx.media_place AS media_place ON media_place.media_id = needed.media_id
           UNION ALL
           SELECT 'run ' || seen.run_id, 'an observation', run_row.name, seen.path
           FROM run_observation AS seen LEFT JOIN idx.run_row AS run_row ON run_row.run_id = seen.run_id
           WHERE seen.superseded_by IS NULL
         )
         SELECT * FROM place WHERE substr(path, 1, length(:below)) = :below
           AND (:only IS NULL OR key IN (SELECT key FROM place WHERE substr(path, 1, length(:only)) = :only))`,
        { below: `${input.folder}/`, only: input.onlyOf === null ? null : `${input.onlyOf}/` },
      )
      .map(({ key, by, name, path }) => ({
        key,
        by: name === null ? by : `${by} of ${name}`,
        path,
      })),
};
