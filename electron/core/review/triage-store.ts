import type { TriageItem } from '#shared/contract/triage.ts';
import { triageClip, type TriageFacts } from '#shared/rules/triage.ts';
import type { StoreContext } from '../db/store-context.ts';

type Row = {
  id: string;
  run_id: string;
  run_name: string;
  last_seen_at: string;
  role: string;
  clip_name: string | null;
  variant_name: string | null;
  path: string;
  media_id: string | null;
  flags: string | null;
  prompt_origin: string | null;
  prompt_origin_why: string | null;
  frame0_ssim: number | null;
  verdict: string | null;
  because: string | null;
  stands: number | null;
  overruled: string | null;
  was_reviewed: number;
  is_current: number;
};

/**
 * A verdict follows the bytes: it counts for every clip that has them, in whichever run and snapshot. One that was
 * given before the pipeline converted a file in place counts for the new encoding.
 */
const isVerdict = `decision.undone_by IS NULL AND decision.subject_kind = 'clip'
  AND json_extract(event.payload, '$.value.kind') = 'verdict'`;

const clipSelect = `
  SELECT clip.id, clip.run_id, run_row.name AS run_name, run_row.last_seen_at, clip.role, clip.clip_name,
    clip.variant_name, clip.path, clip.media_id,
    json_extract(clip.record, '$.flags') AS flags,
    json_extract(clip.record, '$.promptOrigin') AS prompt_origin,
    json_extract(clip.record, '$.promptOriginWhy') AS prompt_origin_why,
    json_extract(clip.record, '$.scores.frame0_ssim') AS frame0_ssim,
    checked.verdict, checked.because,
    checked.checked_at >= run_row.last_seen_at OR (
      checked.control_media_id IS NOT NULL AND checked.input_media_id IS NOT NULL
      AND checked.control_media_id = (SELECT media_id FROM idx.clip WHERE id = checked.control_clip_id)
      AND checked.input_media_id = (SELECT media_id FROM idx.clip WHERE id = checked.input_clip_id)
    ) AS stands,
    (SELECT coalesce(word.verdict, '') FROM orientation_override AS word WHERE word.clip_id = clip.id
       AND word.control_media_id IS (SELECT media_id FROM idx.clip WHERE id = checked.control_clip_id)
     ORDER BY word.logical_clock DESC, word.decided_at DESC LIMIT 1) AS overruled,
    clip.id IN (SELECT clip_id FROM verdict_of) AS was_reviewed,
    clip.media_id IS NOT NULL AND clip.media_id IN (SELECT media_id FROM verdict_of) AS is_current
  FROM idx.clip AS clip
  JOIN idx.run_row AS run_row ON run_row.run_id = clip.run_id
  LEFT JOIN orientation_check AS checked ON checked.rowid =
    (SELECT max(rowid) FROM orientation_check WHERE clip_id = clip.id)`;

const withVerdicts = `
  WITH verdict_of AS MATERIALIZED (
    SELECT decision.clip_id, decision.media_id FROM decision JOIN event ON event.id = decision.event_id
      WHERE ${isVerdict}
    UNION
    SELECT decision.clip_id, media_successor.successor FROM decision JOIN event ON event.id = decision.event_id
      JOIN media_successor ON media_successor.predecessor = decision.media_id WHERE ${isVerdict}
  )`;

function factsOf(row: Row): TriageFacts {
  const overruled = row.overruled === '' ? null : row.overruled;
  const verdict = overruled ?? (row.stands === 1 ? row.verdict : null) ?? 'unchecked';
  const because =
    overruled !== null
      ? 'A person overruled the check.'
      : verdict === 'unchecked'
        ? row.verdict === null
          ? 'Its depth was not checked yet.'
          : 'Its depth files changed since they were checked.'
        : (row.because ?? '');
  return {
    depth: row.role === 'enriched' ? { verdict, because } : null,
    flags: JSON.parse(row.flags ?? '[]') as TriageFacts['flags'],
    promptOrigin: row.role === 'enriched' ? row.prompt_origin : null,
    promptOriginWhy: row.prompt_origin_why,
    frame0Ssim: row.role === 'enriched' && typeof row.frame0_ssim === 'number' ? row.frame0_ssim : null,
    review: row.is_current === 1 ? 'current' : row.was_reviewed === 1 ? 'earlier' : 'never',
  };
}

type RunRow = { run_id: string; name: string; last_seen_at: string; labels: string };

/** Runs with failed gates that nobody gave a verdict on since they were seen last. */
function failedRuns({ sql }: StoreContext, runId: string | null): TriageItem[] {
  return sql
    .all<RunRow>(
      `SELECT run_id, name, last_seen_at, labels FROM idx.run_row AS run_row
       WHERE gates = 'failed' AND (:runId IS NULL OR run_id = :runId) AND NOT EXISTS (
         SELECT 1 FROM decision JOIN event ON event.id = decision.event_id
         WHERE decision.subject_kind = 'run' AND decision.run_id = run_row.run_id AND decision.undone_by IS NULL
           AND json_extract(event.payload, '$.value.kind') = 'verdict')`,
      { runId },
    )
    .map((row) => ({
      runId: row.run_id,
      runName: row.name,
      clipId: null,
      mediaId: null,
      clipName: null,
      variantName: null,
      role: null,
      path: null,
      reasons: [
        { kind: 'gates_failed' as const, because: `Gates: ${(JSON.parse(row.labels) as { gates: string }).gates}` },
      ],
      seenAt: row.last_seen_at,
    }));
}

export const triageReads = {
  /** Everything that waits for a person; in no order. */
  'triage.all': (context: StoreContext, input: { readonly runId: string | null }): TriageItem[] => {
    const clips = context.sql
      .all<Row>(
        `${withVerdicts} ${clipSelect}
         WHERE (:runId IS NULL OR clip.run_id = :runId)
           AND (clip.role = 'enriched' OR json_extract(clip.record, '$.flags[0]') IS NOT NULL
             OR clip.id IN (SELECT clip_id FROM verdict_of))`,
        { runId: input.runId },
      )
      .flatMap((row): TriageItem[] => {
        const reasons = triageClip(factsOf(row));
        if (reasons.length === 0) return [];
        return [
          {
            runId: row.run_id,
            runName: row.run_name,
            clipId: row.id,
            mediaId: row.media_id,
            clipName: row.clip_name,
            variantName: row.variant_name,
            role: row.role,
            path: row.path,
            reasons,
            seenAt: row.last_seen_at,
          },
        ];
      });
    return [...clips, ...failedRuns(context, input.runId)];
  },
};
