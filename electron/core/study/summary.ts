import type { StudySummary } from '#shared/model/study.ts';
import { sessionOf } from './session.ts';
import type { StoredStudy } from './study-store.ts';

/** A study without its secret and without anybody's answers. */
export function summaryOf(study: StoredStudy): StudySummary {
  const { plan, labels, signOffs, secret } = study;
  const names = [...new Set([...labels.map(({ reviewer }) => reviewer), ...signOffs.map(({ reviewer }) => reviewer)])];
  const reviewers = names.map((reviewer) => {
    const own = labels.filter((label) => label.reviewer === reviewer);
    const signOff = signOffs.find((each) => each.reviewer === reviewer);
    return {
      reviewer,
      answeredCount: own.length,
      questionCount: secret === null ? own.length : sessionOf(plan, secret, reviewer).length,
      lastAnsweredAt: own.at(-1)?.answeredAt ?? null,
      signedOffAt: signOff?.signedAt ?? null,
      isImported: signOff !== undefined && signOff.fileHash !== null,
    };
  });
  const isReady = reviewers.length > 0 && reviewers.every(({ signedOffAt }) => signedOffAt !== null);
  return {
    studyId: plan.studyId,
    name: plan.name,
    baseline: plan.baseline,
    candidate: plan.candidate,
    state: study.unblindedAt !== null ? 'unblinded' : isReady ? 'ready' : 'labelling',
    sourceClipCount: new Set(plan.pairs.map(({ sourceClip }) => sourceClip)).size,
    pairCount: plan.pairs.length,
    lockedAt: plan.lockedAt,
    lockedBy: study.lockedBy,
    unblindedAt: study.unblindedAt,
    blindingBroken: study.blindingBroken,
    reviewers,
  };
}
