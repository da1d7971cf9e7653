import { RoomError } from '#shared/errors.ts';
import type { StudyQuestion } from '#shared/model/study.ts';
import { detectableGain } from '#shared/rules/arm-gate/verdict.ts';
import type { Database } from '../db/database.ts';
import { servedBytesOf, type BlindMedia } from '../media/blind-media.ts';
import { sessionOf, type SessionItem } from './session.ts';
import type { SideSecret } from './sides.ts';
import type { StoredStudy } from './study-store.ts';

/** For the pace: as many of the newest answers as say how fast somebody is now. */
const paceAnswers = 30;

/** @throws RoomError could_not_tell: the history has the plan, and not what decides its sides. */
export function secretOf(study: StoredStudy): SideSecret {
  if (study.secret !== null) return study.secret;
  throw new RoomError('could_not_tell', 'This history knows the study, and not what decides its sides.', {
    hint: 'Label it in the room that locked it, or in a copy of that workspace.',
  });
}

/**
 * What a reviewer sees next. The clips are issued under ids of their own; nothing here says which of them is which,
 * how large they are, or that a question is a check.
 */
export async function questionOf(
  study: StoredStudy,
  reviewer: string,
  deps: { readonly database: Database; readonly blind: BlindMedia },
): Promise<StudyQuestion> {
  const items = sessionOf(study.plan, secretOf(study), reviewer);
  const labels = study.labels.filter((label) => label.reviewer === reviewer);
  const answered = new Set(labels.map(({ itemId }) => itemId));
  const open = items.filter(({ itemId }) => !answered.has(itemId));
  const item = open[0] ?? null;
  const next = item === null ? null : (open.find((each) => each.left.blindId !== item.left.blindId) ?? null);
  const shown = [item, next].flatMap((each) => (each === null ? [] : [each]));
  await issue(shown, deps);
  const clipCount = new Set(study.plan.pairs.map(({ sourceClip }) => sourceClip)).size;
  const signedOffAt = study.signOffs.find((each) => each.reviewer === reviewer)?.signedAt ?? null;
  return {
    studyId: study.plan.studyId,
    plan: {
      lockedAt: study.plan.lockedAt,
      hash: study.planHash,
      sourceClipCount: clipCount,
      minimumGain: study.plan.minimumGain,
      detectableGain: detectableGain(clipCount),
    },
    question: study.plan.question,
    reviewer,
    answeredCount: items.length - open.length,
    questionCount: items.length,
    item:
      item === null
        ? null
        : {
            itemId: item.itemId,
            number: items.indexOf(item) + 1,
            leftMediaId: item.left.blindId,
            rightMediaId: item.right.blindId,
            frame: item.frame,
            frameNumber: item.frameNumber,
          },
    nextMediaIds: next === null ? [] : [next.left.blindId, next.right.blindId],
    answeredAt: labels.slice(-paceAnswers).map(({ answeredAt }) => answeredAt),
    canUndo: labels.length > 0 && signedOffAt === null && study.unblindedAt === null,
    signedOffAt,
  };
}

async function issue(
  items: readonly SessionItem[],
  { database, blind }: { readonly database: Database; readonly blind: BlindMedia },
): Promise<void> {
  const mediaIds = [...new Set(items.flatMap(({ left, right }) => [left.mediaId, right.mediaId]))];
  const versions = await database.read('media.versions', { mediaIds });
  const sizes = new Map(versions.map(({ mediaId, sizeBytes }) => [mediaId, sizeBytes]));
  for (const { left, right } of items) {
    const servedBytes = servedBytesOf([left, right].map(({ mediaId }) => sizes.get(mediaId) ?? 0));
    for (const { blindId, mediaId } of [left, right]) blind.issue(blindId, { mediaId, servedBytes });
  }
}
