import type { ReviewerChecks, StudyConflict } from '#shared/model/study.ts';
import type { FrameLabel, StudyLabels } from '#shared/rules/arm-gate/labels.ts';
import type { OrientationVerdict } from '#shared/rules/orientation/verdict.ts';
import { sessionOf, type SessionItem } from './session.ts';
import type { SideSecret } from './sides.ts';
import type { StoredLabel, StoredStudy } from './study-store.ts';

type Answered = { readonly item: SessionItem; readonly label: StoredLabel };

/** The answers of one reviewer beside what was really shown. Answers to questions that are none are left out. */
function answersOf(study: StoredStudy, secret: SideSecret, reviewer: string): Answered[] {
  const items = new Map(sessionOf(study.plan, secret, reviewer).map((item) => [item.itemId, item]));
  return study.labels.flatMap((label) => {
    const item = label.reviewer === reviewer ? items.get(label.itemId) : undefined;
    return item === undefined ? [] : [{ item, label }];
  });
}

/** Two label each frame; a third one, who did not see their answers, settles where they differ. */
const countedReviewers = 2;

/**
 * What the gate decides from: every answer turned back into baseline and candidate. Reviewers count in the order in
 * which they signed off.
 * @param depthOf what stands of the depth of an enriched clip now; null when nothing does.
 */
export function gateLabelsOf(
  study: StoredStudy,
  secret: SideSecret,
  depthOf: (clipId: string) => OrientationVerdict | null,
): StudyLabels {
  const { plan } = study;
  const reviewers = study.signOffs.map(({ reviewer }) => reviewer);
  const answers = new Map(reviewers.map((reviewer) => [reviewer, answersOf(study, secret, reviewer)]));
  const checks = reviewers.map((reviewer) => checksOf(reviewer, answers.get(reviewer)!));
  const framesOf = (reviewer: string, pairId: string): FrameLabel[] =>
    answers
      .get(reviewer)!
      .filter(({ item }) => item.kind === 'plain' && item.pair?.pairId === pairId)
      .map(unblinded);
  return {
    schema: 1,
    studyId: plan.studyId,
    minimumGain: plan.minimumGain,
    isBlindingBroken: study.blindingBroken !== null,
    selfConsistency: worst(checks.map((each) => each.selfConsistency)),
    absentRight: worst(checks.map((each) => each.absentRight)),
    seed: plan.analysisSeed,
    pairs: plan.pairs.map((pair) => {
      const labels = reviewers.slice(0, countedReviewers).map((reviewer) => ({
        reviewer,
        frames: framesOf(reviewer, pair.pairId),
      }));
      const third = reviewers[countedReviewers];
      const differs = new Set(differingFrames(labels.map((each) => each.frames)));
      return {
        pairId: pair.pairId,
        sourceClip: pair.sourceClip,
        plannedFrames: pair.frames.length,
        labels,
        settled: third === undefined ? [] : framesOf(third, pair.pairId).filter(({ frame }) => differs.has(frame)),
        lossReason: study.lossReasons[pair.sourceClip] ?? null,
        depth: depthOfPair(depthOf(pair.baseline.clipId), depthOf(pair.candidate.clipId)),
        hasEqualInputs: true,
      };
    }),
  };
}

/** Frames on which reviewers differ; only ever asked once they have all signed off. */
export function conflictsOf(study: StoredStudy, secret: SideSecret): StudyConflict[] {
  const reviewers = study.signOffs.map(({ reviewer }) => reviewer);
  const all = reviewers.map((reviewer) => ({ reviewer, answers: answersOf(study, secret, reviewer) }));
  const counted = all.slice(0, countedReviewers);
  return study.plan.pairs.flatMap((pair) => {
    const of = ({ answers }: (typeof all)[number]): FrameLabel[] =>
      answers.filter(({ item }) => item.kind === 'plain' && item.pair?.pairId === pair.pairId).map(unblinded);
    const third = all[countedReviewers];
    return differingFrames(counted.map(of)).map((frame): StudyConflict => {
      const isSettled = third !== undefined && of(third).some((label) => label.frame === frame);
      return {
        pairId: pair.pairId,
        sourceClip: pair.sourceClip,
        variantName: pair.variantName,
        frame,
        answers: all.flatMap((each) => {
          const label = of(each).find((it) => it.frame === frame);
          return label === undefined
            ? []
            : [{ reviewer: each.reviewer, baseline: label.baseline, candidate: label.candidate }];
        }),
        settledBy: isSettled ? third.reviewer : null,
      };
    });
  });
}

/** What the checks inside a session say of each reviewer. */
export function checksOfReviewers(study: StoredStudy, secret: SideSecret): ReviewerChecks[] {
  return study.signOffs.map(({ reviewer }) => checksOf(reviewer, answersOf(study, secret, reviewer)));
}

function checksOf(reviewer: string, answers: readonly Answered[]): ReviewerChecks {
  const first = new Map(
    answers
      .filter(({ item }) => item.kind === 'plain')
      .map((each) => [`${each.item.pair?.pairId} ${each.item.frame}`, unblinded(each)]),
  );
  const repeats = answers
    .filter(({ item }) => item.kind === 'repeat')
    .flatMap((each) => {
      const before = first.get(`${each.item.pair?.pairId} ${each.item.frame}`);
      const now = unblinded(each);
      return before === undefined ? [] : [before.baseline === now.baseline && before.candidate === now.candidate];
    });
  const sides = (kind: SessionItem['kind']): StoredLabel[] =>
    answers.filter(({ item }) => item.kind === kind).map(({ label }) => label);
  const given = new Set(answers.flatMap(({ label }) => [label.left, label.right]));
  return {
    reviewer,
    answeredCount: answers.length,
    selfConsistency: shareOf(repeats),
    sameAnsweredAlike: shareOf(sides('same').map(({ left, right }) => left === right)),
    absentRight: shareOf(sides('absent').flatMap(({ left, right }) => [left === 'no', right === 'no'])),
    oneAnswer: given.size === 1 ? [...given][0]! : null,
    medianSeconds: medianSecondsOf(answers.map(({ label }) => label)),
  };
}

function unblinded({ item, label }: Answered): FrameLabel {
  const isLeft = item.candidateSide === 'left';
  return {
    frame: item.frame,
    baseline: isLeft ? label.right : label.left,
    candidate: isLeft ? label.left : label.right,
  };
}

function differingFrames(byReviewer: readonly (readonly FrameLabel[])[]): number[] {
  const first = new Map<number, FrameLabel>();
  const differing = new Set<number>();
  for (const label of byReviewer.flat()) {
    const before = first.get(label.frame);
    if (before === undefined) first.set(label.frame, label);
    else if (before.baseline !== label.baseline || before.candidate !== label.candidate) differing.add(label.frame);
  }
  return [...differing].toSorted((a, b) => a - b);
}

function depthOfPair(
  baseline: OrientationVerdict | null,
  candidate: OrientationVerdict | null,
): StudyLabels['pairs'][number]['depth'] {
  if (baseline === 'misaligned' || candidate === 'misaligned') return 'misaligned';
  if (baseline === null || candidate === null) return 'not_checked';
  return baseline === 'aligned' && candidate === 'aligned' ? 'aligned' : 'inconclusive';
}

const shareOf = (right: readonly boolean[]): number | null =>
  right.length === 0 ? null : right.filter(Boolean).length / right.length;

function worst(shares: readonly (number | null)[]): number | null {
  const known = shares.filter((share) => share !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function medianSecondsOf(labels: readonly StoredLabel[]): number | null {
  const times = labels.map(({ answeredAt }) => Date.parse(answeredAt)).toSorted((a, b) => a - b);
  const gaps = times.slice(1).map((at, i) => (at - times[i]!) / 1000);
  return gaps.length === 0 ? null : gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
}
