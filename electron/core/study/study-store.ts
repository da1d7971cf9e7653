import { RoomError } from '#shared/errors.ts';
import type { StudyPlan } from '#shared/model/study.ts';
import type { Answer } from '#shared/rules/arm-gate/labels.ts';
import type { StoreContext } from '../db/store-context.ts';
import { commitEvent } from '../history/event-store.ts';
import type { Stamp } from '../history/stamp.ts';
import type { ReviewerLabels } from './label-file.ts';
import type { SideSecret } from './sides.ts';
import type { StudyPayloads } from './study-fold.ts';

export type StoredLabel = {
  readonly reviewer: string;
  readonly itemId: string;
  readonly left: Answer;
  readonly right: Answer;
  readonly answeredAt: string;
};

export type SignOff = { readonly reviewer: string; readonly signedAt: string; readonly fileHash: string | null };

/** A study with everything that was said in it. For the engine: its secret and its labels never go out as they are. */
export type StoredStudy = {
  readonly plan: StudyPlan;
  readonly planHash: string;
  readonly lockedBy: string;
  readonly blindingBroken: string | null;
  readonly unblindedAt: string | null;
  /** Null: this history knows the study, and not what decides its sides. */
  readonly secret: SideSecret | null;
  /** Those that stand, in the order in which they were given. */
  readonly labels: readonly StoredLabel[];
  readonly signOffs: readonly SignOff[];
  /** Newest reason by source clip. */
  readonly lossReasons: Readonly<Record<string, string>>;
};

type StudyRow = {
  id: string;
  plan: string;
  plan_hash: string;
  actor: string;
  blinding_broken: string | null;
  unblinded_at: string | null;
};

type LabelRow = {
  event_id: string;
  reviewer: string;
  item_id: string;
  left_answer: Answer;
  right_answer: Answer;
  answered_at: string;
};

const standing = 'SELECT * FROM study_label WHERE study_id = ? AND undone_by IS NULL';

function toStudy({ sql }: StoreContext, row: StudyRow): StoredStudy {
  return {
    plan: JSON.parse(row.plan) as StudyPlan,
    planHash: row.plan_hash,
    lockedBy: row.actor,
    blindingBroken: row.blinding_broken,
    unblindedAt: row.unblinded_at,
    secret: sql.get<SideSecret>('SELECT seed, salt FROM study_secret WHERE study_id = ?', [row.id]) ?? null,
    labels: sql.all<LabelRow>(`${standing} ORDER BY logical_clock, rowid`, [row.id]).map((label) => ({
      reviewer: label.reviewer,
      itemId: label.item_id,
      left: label.left_answer,
      right: label.right_answer,
      answeredAt: label.answered_at,
    })),
    signOffs: sql
      .all<{ reviewer: string; signed_at: string; file_hash: string | null }>(
        'SELECT * FROM study_sign_off WHERE study_id = ? ORDER BY signed_at, reviewer',
        [row.id],
      )
      .map((each) => ({ reviewer: each.reviewer, signedAt: each.signed_at, fileHash: each.file_hash })),
    lossReasons: Object.fromEntries(
      sql
        .all<{ source_clip: string; reason: string }>(
          'SELECT source_clip, reason FROM study_loss WHERE study_id = ? ORDER BY logical_clock',
          [row.id],
        )
        .map((each) => [each.source_clip, each.reason]),
    ),
  };
}

const rowOf = ({ sql }: StoreContext, studyId: string): StudyRow => {
  const row = sql.get<StudyRow>('SELECT * FROM study WHERE id = ?', [studyId]);
  if (row === undefined)
    throw new RoomError('not_found', `There is no study ${studyId} in this workspace.`, {
      hint: '`studies.list` shows what there is.',
    });
  return row;
};

export const studyReads = {
  'studies.all': (context: StoreContext): StoredStudy[] =>
    context.sql
      .all<StudyRow>('SELECT * FROM study ORDER BY locked_at DESC, id LIMIT 500')
      .map((row) => toStudy(context, row)),

  'studies.one': (context: StoreContext, input: { readonly studyId: string }): StoredStudy =>
    toStudy(context, rowOf(context, input.studyId)),
};

type Of<T extends keyof StudyPayloads> = { readonly stamp: Stamp; readonly payload: StudyPayloads[T] };

/** Whoever has signed off, and a study that is unblinded, take no more labels: looked at beside the write itself. */
function assertOpen({ sql }: StoreContext, studyId: string, reviewer: string): void {
  if (sql.get('SELECT 1 AS one FROM study WHERE id = ? AND unblinded_at IS NOT NULL', [studyId]) !== undefined)
    throw new RoomError('conflict', 'The study is unblinded: its labels are locked.');
  if (
    sql.get('SELECT 1 AS one FROM study_sign_off WHERE study_id = ? AND reviewer = ?', [studyId, reviewer]) !==
    undefined
  )
    throw new RoomError('conflict', `${reviewer} has signed off: these labels are locked.`, {
      hint: 'What was signed off is never changed. A new study can ask again.',
    });
}

export const studyWrites = {
  'studies.lock': (
    context: StoreContext,
    { stamp, payload, secret }: Of<'study.locked'> & { readonly secret: SideSecret },
  ): null => {
    context.sql.run('INSERT INTO study_secret (study_id, seed, salt) VALUES (?, ?, ?)', [
      payload.plan.studyId,
      secret.seed,
      secret.salt,
    ]);
    commitEvent(context, { ...stamp, type: 'study.locked', payload });
    return null;
  },

  'studies.answer': (context: StoreContext, { stamp, payload }: Of<'study.answered'>): null => {
    assertOpen(context, payload.studyId, payload.reviewer);
    const before = context.sql.get(`${standing} AND reviewer = ? AND item_id = ?`, [
      payload.studyId,
      payload.reviewer,
      payload.itemId,
    ]);
    if (before !== undefined)
      throw new RoomError('conflict', 'This question is answered already.', {
        hint: 'Undo the answer to give another one.',
      });
    commitEvent(context, { ...stamp, type: 'study.answered', payload });
    return null;
  },

  'studies.undo': (
    context: StoreContext,
    { stamp, studyId, reviewer }: { readonly stamp: Stamp; readonly studyId: string; readonly reviewer: string },
  ): null => {
    assertOpen(context, studyId, reviewer);
    const newest = context.sql.get<LabelRow>(`${standing} AND reviewer = ? ORDER BY logical_clock DESC LIMIT 1`, [
      studyId,
      reviewer,
    ]);
    if (newest === undefined) throw new RoomError('not_found', 'There is no answer to take back.');
    const payload = { studyId, eventId: newest.event_id };
    commitEvent(context, { ...stamp, type: 'study.answer_undone', payload });
    return null;
  },

  'studies.signOff': (context: StoreContext, { stamp, payload }: Of<'study.signed_off'>): null => {
    assertOpen(context, payload.studyId, payload.reviewer);
    commitEvent(context, { ...stamp, type: 'study.signed_off', payload });
    return null;
  },

  'studies.import': (
    context: StoreContext,
    input: { readonly stamp: Stamp; readonly labels: ReviewerLabels; readonly fileHash: string },
  ): null => {
    const { studyId, reviewer, lockedAt, answers } = input.labels;
    assertOpen(context, studyId, reviewer);
    const begun = context.sql.get(`${standing} AND reviewer = ? LIMIT 1`, [studyId, reviewer]);
    if (begun !== undefined)
      throw new RoomError(
        'conflict',
        `${reviewer} labels this study here as well: two sets of one reviewer can not count.`,
        {
          hint: 'Finish and sign off here, or set another reviewer’s name in Settings.',
        },
      );
    const payload = { studyId, reviewer, lockedAt, fileHash: input.fileHash, answers };
    commitEvent(context, { ...input.stamp, type: 'study.imported', payload });
    return null;
  },

  'studies.breakBlinding': (context: StoreContext, { stamp, payload }: Of<'study.blinding_broken'>): null => {
    rowOf(context, payload.studyId);
    commitEvent(context, { ...stamp, type: 'study.blinding_broken', payload });
    return null;
  },

  'studies.explainLoss': (context: StoreContext, { stamp, payload }: Of<'study.loss_explained'>): null => {
    rowOf(context, payload.studyId);
    commitEvent(context, { ...stamp, type: 'study.loss_explained', payload });
    return null;
  },

  'studies.unblind': (context: StoreContext, { stamp, payload }: Of<'study.unblinded'>): null => {
    const row = rowOf(context, payload.studyId);
    if (row.unblinded_at !== null) return null;
    commitEvent(context, { ...stamp, type: 'study.unblinded', payload });
    return null;
  },
};
