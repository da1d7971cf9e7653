import { existsSync } from 'node:fs';
import { RoomError } from '#shared/errors.ts';
import type {
  OrientationCheck,
  OrientationEvidence,
  OrientationItem,
  OrientationOverride,
} from '#shared/model/orientation.ts';
import type { StoreContext } from '../db/store-context.ts';
import { commitEvent } from '../history/event-store.ts';
import { clipIdOf, currentObservations } from '../runs/fold.ts';
import { unpackRecord } from '../runs/stored-record.ts';
import { controlPathOf, type RunPlace } from './depth-plan.ts';
import type { OverruledPayload } from './override-fold.ts';

/** An enriched clip whose depth can be checked. */
export type OrientationSubject = {
  readonly clipId: string;
  readonly runId: string;
  readonly path: string;
  readonly clipName: string | null;
  readonly variantName: string | null;
};

type SubjectRow = {
  id: string;
  run_id: string;
  path: string;
  clip_name: string | null;
  variant_name: string | null;
  last_seen_at: string;
};

type CheckRow = {
  id: string;
  clip_id: string;
  run_id: string;
  clip_name: string | null;
  variant_name: string | null;
  control_clip_id: string;
  control_media_id: string | null;
  input_clip_id: string | null;
  input_media_id: string | null;
  verdict: string;
  transform: string | null;
  polarity: string;
  because: string;
  checked_at: string;
  job_id: string;
  evidence: string;
};

type OverrideRow = {
  event_id: string;
  clip_id: string;
  verdict: string | null;
  reason: string;
  control_media_id: string | null;
  actor: string;
  decided_at: string;
};

const subjectSelect = `
  SELECT clip.id, clip.run_id, clip.path, clip.clip_name, clip.variant_name, run_row.last_seen_at
  FROM idx.clip AS clip JOIN idx.run_row AS run_row ON run_row.run_id = clip.run_id`;

const toSubject = (row: SubjectRow): OrientationSubject => ({
  clipId: row.id,
  runId: row.run_id,
  path: row.path,
  clipName: row.clip_name,
  variantName: row.variant_name,
});

const toCheck = (row: CheckRow): OrientationCheck => ({
  id: row.id,
  clipId: row.clip_id,
  runId: row.run_id,
  clipName: row.clip_name,
  variantName: row.variant_name,
  verdict: row.verdict as OrientationCheck['verdict'],
  transform: row.transform as OrientationCheck['transform'],
  polarity: row.polarity as OrientationCheck['polarity'],
  because: row.because,
  checkedAt: row.checked_at,
  jobId: row.job_id,
  evidence: JSON.parse(row.evidence) as OrientationEvidence,
});

const mediaOf = ({ sql }: StoreContext, clipId: string | null): string | null =>
  clipId === null
    ? null
    : (sql.get<{ media_id: string | null }>('SELECT media_id FROM idx.clip WHERE id = ?', [clipId])?.media_id ?? null);

const checksOf = ({ sql }: StoreContext, clipId: string): CheckRow[] =>
  sql.all<CheckRow>('SELECT * FROM orientation_check WHERE clip_id = ? ORDER BY rowid DESC LIMIT 100', [clipId]);

const overridesOf = ({ sql }: StoreContext, clipId: string): OverrideRow[] =>
  sql.all<OverrideRow>(
    'SELECT * FROM orientation_override WHERE clip_id = ? ORDER BY logical_clock DESC, decided_at DESC LIMIT 100',
    [clipId],
  );

/**
 * A check stands for the bytes it was made of, and until the run is seen anew. A check that lacked a file stands only
 * until then: the file may have come.
 */
function stands(context: StoreContext, check: CheckRow, lastSeenAt: string): boolean {
  if (check.checked_at >= lastSeenAt) return true;
  if (check.control_media_id === null || check.input_media_id === null) return false;
  return (
    mediaOf(context, check.control_clip_id) === check.control_media_id &&
    mediaOf(context, check.input_clip_id) === check.input_media_id
  );
}

function toOverride(context: StoreContext, row: OverrideRow, subject: SubjectRow): OrientationOverride {
  return {
    eventId: row.event_id,
    verdict: row.verdict as OrientationOverride['verdict'],
    reason: row.reason,
    actor: row.actor,
    decidedAt: row.decided_at,
    isOnEarlierBytes: row.control_media_id !== controlMediaOf(context, subject),
  };
}

const controlMediaOf = (context: StoreContext, subject: SubjectRow): string | null =>
  mediaOf(context, clipIdOf(subject.run_id, controlPathOf(subject.path)));

function toItem(context: StoreContext, subject: SubjectRow): OrientationItem {
  const newest = checksOf(context, subject.id)[0];
  const check = newest !== undefined && stands(context, newest, subject.last_seen_at) ? toCheck(newest) : null;
  const word = overridesOf(context, subject.id)[0];
  const override = word === undefined ? null : toOverride(context, word, subject);
  const standingWord = override === null || override.isOnEarlierBytes || override.verdict === null ? null : override;
  const summary = check?.evidence.summary ?? null;
  return {
    clipId: subject.id,
    runId: subject.run_id,
    clipName: subject.clip_name,
    variantName: subject.variant_name,
    fileName: subject.path.slice(subject.path.lastIndexOf('/') + 1),
    verdict: check?.verdict ?? null,
    transform: check?.transform ?? null,
    polarity: check?.polarity ?? null,
    score: summary?.score ?? null,
    margin: summary?.margin ?? null,
    winShare: summary?.winShare ?? null,
    votes: summary?.votes ?? null,
    because:
      check?.because ??
      (newest === undefined
        ? 'Its depth was not checked yet.'
        : `Its depth files changed since they were checked at ${newest.checked_at}.`),
    checkedAt: check?.checkedAt ?? null,
    override: standingWord,
    standing: standingWord?.verdict ?? check?.verdict ?? null,
  };
}

const subjectOf = ({ sql }: StoreContext, clipId: string): SubjectRow => {
  const row = sql.get<SubjectRow>(`${subjectSelect} WHERE clip.id = ? AND clip.role = 'enriched'`, [clipId]);
  if (row === undefined)
    throw new RoomError('not_found', `There is no enriched clip ${clipId} in this workspace.`, {
      hint: 'Depth is checked for enriched clips: `orientation.list` names those of a run.',
    });
  return row;
};

export const orientationReads = {
  'orientation.list': (context: StoreContext, input: { readonly runId: string }): OrientationItem[] =>
    context.sql
      .all<SubjectRow>(`${subjectSelect} WHERE clip.run_id = ? AND clip.role = 'enriched' ORDER BY clip.ordinal`, [
        input.runId,
      ])
      .map((row) => toItem(context, row)),

  'orientation.get': (
    context: StoreContext,
    input: { readonly clipId: string },
  ): { item: OrientationItem; checks: OrientationCheck[]; overrides: OrientationOverride[] } => {
    const subject = subjectOf(context, input.clipId);
    return {
      item: toItem(context, subject),
      checks: checksOf(context, subject.id).map(toCheck),
      overrides: overridesOf(context, subject.id).map((row) => toOverride(context, row, subject)),
    };
  },

  'orientation.subject': (context: StoreContext, input: { readonly clipId: string }): OrientationSubject =>
    toSubject(subjectOf(context, input.clipId)),

  'orientation.subjects': ({ sql }: StoreContext, input: { readonly runId: string }): OrientationSubject[] | null => {
    if (sql.get('SELECT 1 AS yes FROM idx.run_row WHERE run_id = ?', [input.runId]) === undefined) return null;
    return sql
      .all<SubjectRow>(`${subjectSelect} WHERE clip.run_id = ? AND clip.role = 'enriched' ORDER BY clip.ordinal`, [
        input.runId,
      ])
      .map(toSubject);
  },

  /** Clips of runs that are there, whose depth was never checked as it is now (see `stands`). */
  'orientation.newSubjects': ({ sql }: StoreContext): OrientationSubject[] =>
    sql
      .all<SubjectRow>(
        `${subjectSelect}
         LEFT JOIN orientation_check AS newest
           ON newest.rowid = (SELECT max(rowid) FROM orientation_check WHERE clip_id = clip.id)
         LEFT JOIN idx.clip AS control ON control.id = newest.control_clip_id
         LEFT JOIN idx.clip AS input ON input.id = newest.input_clip_id
         WHERE clip.role = 'enriched' AND run_row.files_missing = 0 AND (newest.id IS NULL OR (
           newest.checked_at < run_row.last_seen_at AND NOT (
             newest.control_media_id IS NOT NULL AND newest.input_media_id IS NOT NULL
             AND control.media_id IS newest.control_media_id AND input.media_id IS newest.input_media_id)))
         ORDER BY clip.run_id, clip.ordinal`,
      )
      .map(toSubject),

  /** Folders in which a run was seen and still is, what tells the latest state first. */
  'orientation.places': (context: StoreContext, input: { readonly runId: string }): RunPlace[] =>
    currentObservations(context, input.runId)
      .filter((row) => row.superseded_by === null && existsSync(row.path))
      .map((row) => {
        const { snapshot, identity } = unpackRecord(row.record).record;
        const bases = [snapshot?.remoteWorkDir ?? null, identity.remoteWorkDir].filter((base) => base !== null);
        return { root: row.path, bases: [...new Set(bases)], facilityIds: identity.facilityIds };
      }),
};

export const orientationWrites = {
  'orientation.saveCheck': (
    { sql }: StoreContext,
    input: { readonly check: OrientationCheck; readonly controlPath: string },
  ): null => {
    const { check } = input;
    const { control, input: source } = check.evidence;
    sql.run(
      `INSERT INTO orientation_check (id, clip_id, run_id, clip_name, variant_name, control_clip_id, control_media_id,
         input_clip_id, input_media_id, verdict, transform, polarity, because, checked_at, job_id, evidence)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        check.id,
        check.clipId,
        check.runId,
        check.clipName,
        check.variantName,
        clipIdOf(check.runId, input.controlPath),
        control?.mediaId ?? null,
        source === null ? null : clipIdOf(check.runId, source.path),
        source?.mediaId ?? null,
        check.verdict,
        check.transform,
        check.polarity,
        check.because,
        check.checkedAt,
        check.jobId,
        JSON.stringify(check.evidence),
      ],
    );
    return null;
  },

  'orientation.override': (
    context: StoreContext,
    input: Pick<OverruledPayload, 'clipId' | 'verdict' | 'reason'> & {
      readonly hostKey: string;
      readonly actor: string;
      readonly wallTime: string;
    },
  ): OrientationItem => {
    const { hostKey, actor, wallTime, clipId, verdict, reason } = input;
    const subject = subjectOf(context, clipId);
    const payload: OverruledPayload = { clipId, verdict, reason, controlMediaId: controlMediaOf(context, subject) };
    commitEvent(context, { hostKey, actor, wallTime, type: 'orientation.overruled', payload });
    return toItem(context, subject);
  },
};
