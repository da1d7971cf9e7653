import type { StudyPlan } from '#shared/model/study.ts';
import type { Answer } from '#shared/rules/arm-gate/labels.ts';
import type { StoreContext } from '../db/store-context.ts';
import type { HistoryEvent } from '../history/event.ts';

/** What the events of a study say. Each names its study. */
export type StudyPayloads = {
  'study.locked': { readonly plan: StudyPlan; readonly planHash: string };
  'study.answered': {
    readonly studyId: string;
    readonly reviewer: string;
    readonly itemId: string;
    readonly left: Answer;
    readonly right: Answer;
  };
  'study.answer_undone': { readonly studyId: string; readonly eventId: string };
  'study.signed_off': { readonly studyId: string; readonly reviewer: string; readonly answerCount: number };
  /** Labels of another reviewer, as they stood in a sealed file. */
  'study.imported': {
    readonly studyId: string;
    readonly reviewer: string;
    readonly lockedAt: string;
    readonly fileHash: string;
    readonly answers: readonly {
      readonly itemId: string;
      readonly left: Answer;
      readonly right: Answer;
      readonly answeredAt: string;
    }[];
  };
  'study.blinding_broken': { readonly studyId: string; readonly reason: string };
  'study.loss_explained': { readonly studyId: string; readonly sourceClip: string; readonly reason: string };
  'study.unblinded': { readonly studyId: string; readonly seed: string; readonly salt: string };
};

type StudyEvent = keyof StudyPayloads;
type Fold = (context: StoreContext, event: HistoryEvent) => void;

const payloadOf = <T extends StudyEvent>(event: HistoryEvent): StudyPayloads[T] =>
  event.payload as unknown as StudyPayloads[T];

export const studyFolds = {
  'study.locked': ({ sql }, event) => {
    const { plan, planHash } = payloadOf<'study.locked'>(event);
    sql.run('INSERT INTO study (id, event_id, plan, plan_hash, locked_at, actor) VALUES (?, ?, ?, ?, ?, ?)', [
      plan.studyId,
      event.id,
      JSON.stringify(plan),
      planHash,
      plan.lockedAt,
      event.actor,
    ]);
    const keep = (mediaId: string, clipId: string | null): void =>
      void sql.run('INSERT OR IGNORE INTO study_clip (study_id, media_id, clip_id) VALUES (?, ?, ?)', [
        plan.studyId,
        mediaId,
        clipId,
      ]);
    for (const { baseline, candidate } of plan.pairs)
      for (const side of [baseline, candidate]) {
        keep(side.mediaId, side.clipId);
        keep(side.shownMediaId, side.clipId);
      }
    for (const { shownMediaId } of plan.absent) keep(shownMediaId, null);
  },
  'study.answered': (context, event) => {
    const { studyId, reviewer, ...answer } = payloadOf<'study.answered'>(event);
    insertLabel(context, event, event.id, { studyId, reviewer, ...answer, answeredAt: event.wallTime });
  },
  'study.answer_undone': ({ sql }, event) => {
    sql.run('UPDATE study_label SET undone_by = ? WHERE event_id = ?', [
      event.id,
      payloadOf<'study.answer_undone'>(event).eventId,
    ]);
  },
  'study.signed_off': ({ sql }, event) => {
    const { studyId, reviewer } = payloadOf<'study.signed_off'>(event);
    sql.run(
      'INSERT OR IGNORE INTO study_sign_off (study_id, reviewer, event_id, signed_at, file_hash) VALUES (?, ?, ?, ?, NULL)',
      [studyId, reviewer, event.id, event.wallTime],
    );
  },
  'study.imported': (context, event) => {
    const { studyId, reviewer, lockedAt, fileHash, answers } = payloadOf<'study.imported'>(event);
    context.sql.run(
      'INSERT OR IGNORE INTO study_sign_off (study_id, reviewer, event_id, signed_at, file_hash) VALUES (?, ?, ?, ?, ?)',
      [studyId, reviewer, event.id, lockedAt, fileHash],
    );
    for (const answer of answers)
      insertLabel(context, event, `${event.id}:${answer.itemId}`, { studyId, reviewer, ...answer });
  },
  'study.blinding_broken': ({ sql }, event) => {
    const { studyId, reason } = payloadOf<'study.blinding_broken'>(event);
    sql.run('UPDATE study SET blinding_broken = coalesce(blinding_broken, ?) WHERE id = ?', [
      `${event.actor}: ${reason}`,
      studyId,
    ]);
  },
  'study.loss_explained': ({ sql }, event) => {
    const { studyId, sourceClip, reason } = payloadOf<'study.loss_explained'>(event);
    sql.run('INSERT INTO study_loss (event_id, study_id, source_clip, reason, logical_clock) VALUES (?, ?, ?, ?, ?)', [
      event.id,
      studyId,
      sourceClip,
      reason,
      event.logicalClock,
    ]);
  },
  'study.unblinded': ({ sql }, event) => {
    const { studyId, seed, salt } = payloadOf<'study.unblinded'>(event);
    sql.run('UPDATE study SET unblinded_at = coalesce(unblinded_at, ?) WHERE id = ?', [event.wallTime, studyId]);
    // A history that was put together from segments has the secret from here.
    sql.run('INSERT OR IGNORE INTO study_secret (study_id, seed, salt) VALUES (?, ?, ?)', [studyId, seed, salt]);
  },
} as const satisfies Readonly<Record<StudyEvent, Fold>>;

function insertLabel(
  { sql }: StoreContext,
  event: HistoryEvent,
  id: string,
  label: StudyPayloads['study.answered'] & { readonly answeredAt: string },
): void {
  sql.run(
    `INSERT INTO study_label
       (event_id, study_id, reviewer, item_id, left_answer, right_answer, answered_at, logical_clock)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [id, label.studyId, label.reviewer, label.itemId, label.left, label.right, label.answeredAt, event.logicalClock],
  );
}
