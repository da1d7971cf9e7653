import type { StudySummary } from '#shared/model/study.ts';
import type { Answer } from '#shared/rules/arm-gate/labels.ts';
import type { GateLine, GateVerdict } from '#shared/rules/arm-gate/verdict.ts';
import type { StateShape } from '../../ui/state-mark.tsx';

export const answerWords: Record<Answer, string> = { yes: 'Yes', no: 'No', unsure: 'Unsure' };

export const stateMarks: Record<StudySummary['state'], { readonly shape: StateShape; readonly word: string }> = {
  labelling: { shape: 'running', word: 'Labelling' },
  ready: { shape: 'waiting', word: 'Ready to unblind' },
  unblinded: { shape: 'ok', word: 'Unblinded' },
};

export const verdictMarks: Record<GateVerdict, { readonly shape: StateShape; readonly word: string }> = {
  accept: { shape: 'ok', word: 'Accept' },
  reject: { shape: 'fail', word: 'Reject' },
  insufficient: { shape: 'warn', word: 'Insufficient' },
  invalid: { shape: 'unknown', word: 'Invalid' },
};

/** The lines of the decision table in their order: the first one that holds decides. */
export const lineWords: readonly (readonly [GateLine, string])[] = [
  ['depth_misaligned', 'Depth of a clip lies wrong'],
  ['blinding_broken', 'Blinding is broken'],
  ['unequal_inputs', 'Inputs of a pair differ'],
  ['too_few_clips', 'Fewer than 6 source clips'],
  ['too_few_valid_pairs', 'Under 80 % of the frames answered on both sides'],
  ['too_many_unsure', 'Over 15 % unsure'],
  ['one_reviewer', 'One reviewer only'],
  ['reviewers_disagree', 'Kappa and AC1 under 0.60'],
  ['not_self_consistent', 'Repeats answered alike in under 85 %'],
  ['arm_seen_where_none_is', 'An arm seen where there is none'],
  ['harm', 'p at most 0.05 and the candidate is worse'],
  ['gain_ruled_out', 'The smallest useful gain is ruled out'],
  ['gain_shown', 'The gain is shown'],
  ['no_line', 'None of these'],
];

/** A gain as a signed share of frames. */
export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Enough to compare by eye. */
export const shortHash = (hash: string): string => hash.slice(0, 8);

/**
 * Seconds from one answer to the next, as somebody works now; null before there are three. Longer pauses than two
 * minutes are no work.
 */
export function paceSeconds(answeredAt: readonly string[]): number | null {
  const times = answeredAt.map((at) => Date.parse(at));
  const gaps = times
    .slice(1)
    .map((at, i) => (at - times[i]!) / 1000)
    .filter((gap) => gap < 120);
  return gaps.length < 2 ? null : gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
}
