import { z } from 'zod';
import { agreementOf, agreementSchema } from './agreement.ts';
import { effectsOf, effectsOfClipsSchema, type ClipEffect } from './clip-effects.ts';
import { bootstrapInterval, signFlipP, signTestP } from './exact-tests.ts';
import type { StudyLabels } from './labels.ts';

export const gateVerdictSchema = z.enum(['accept', 'reject', 'insufficient', 'invalid']);
export type GateVerdict = z.infer<typeof gateVerdictSchema>;

/** The line of the decision table that decided. */
export const gateLineSchema = z.enum([
  'depth_misaligned',
  'blinding_broken',
  'unequal_inputs',
  'too_few_clips',
  'too_few_valid_pairs',
  'too_many_unsure',
  'one_reviewer',
  'reviewers_disagree',
  'not_self_consistent',
  'arm_seen_where_none_is',
  'harm',
  'gain_ruled_out',
  'gain_shown',
  'no_line',
]);
export type GateLine = z.infer<typeof gateLineSchema>;

export const gateEvaluationSchema = z.object({
  verdict: gateVerdictSchema,
  line: gateLineSchema,
  /** One sentence for people. */
  because: z.string(),
  clipCount: z.number().int(),
  meanDifference: z.number().nullable(),
  /** 95 %, clips drawn anew; too narrow under 10 clips. */
  interval: z.object({ low: z.number(), high: z.number() }).nullable(),
  /** Exact sign-flip test over source clips: the one that decides. */
  p: z.number().nullable(),
  /** Exact sign test over clips that one side alone retained. */
  signTest: z.object({ wins: z.number().int(), losses: z.number().int(), p: z.number() }),
  /** The mean with every unsure answer counted against the candidate. */
  worstMeanDifference: z.number().nullable(),
  agreement: agreementSchema.nullable(),
  selfConsistency: z.number().nullable(),
  absentRight: z.number().nullable(),
  /** About how many more clips would decide; null where clips are not what is missing. */
  moreClips: z.number().int().nullable(),
  effects: effectsOfClipsSchema,
});
export type GateEvaluation = z.infer<typeof gateEvaluationSchema>;

/** Fixed before anybody looks. Source: the acceptance design of the team, simulated with and without an effect. */
export const gateLimits = {
  leastClips: 6,
  leastValidShare: 0.8,
  mostUnsureShare: 0.15,
  leastAgreement: 0.6,
  leastSelfConsistency: 0.85,
  leastAbsentRight: 0.8,
  significance: 0.05,
  leastClipsToRuleOut: 10,
  /** A clip whose arm shows in this share of its frames is retained. */
  retainedShare: 0.9,
  lostBy: 0.5,
} as const;

/**
 * The decision table, line by line, in its order. Few clips never decide anything: 5 of 5 is not significant,
 * and a large p is no evidence that nothing differs.
 */
export function evaluateGate(labels: StudyLabels, options: { readonly resamples?: number } = {}): GateEvaluation {
  const effects = effectsOf(labels.pairs);
  const differences = effects.clips.map((clip) => clip.difference);
  const n = differences.length;
  const meanDifference = n === 0 ? null : meanOf(differences);
  const figures = {
    clipCount: n,
    meanDifference,
    interval: bootstrapInterval(differences, labels.seed, options.resamples),
    p: n === 0 ? null : signFlipP(differences, labels.seed),
    signTest: signTestOf(effects.clips),
    worstMeanDifference: n === 0 ? null : meanOf(effects.clips.map((clip) => clip.worstDifference)),
    agreement: agreementOf(labels.pairs),
    selfConsistency: labels.selfConsistency,
    absentRight: labels.absentRight,
    effects,
  };
  const decision = whyInvalid(labels) ?? whyInsufficient(figures) ?? decide(figures, labels.minimumGain);
  return { ...figures, moreClips: null, ...decision };
}

type Figures = Omit<GateEvaluation, 'verdict' | 'line' | 'because' | 'moreClips'>;
type Decision = Pick<GateEvaluation, 'verdict' | 'line' | 'because'> & Partial<Pick<GateEvaluation, 'moreClips'>>;

const say = (verdict: GateVerdict, line: GateLine, because: string, moreClips: number | null = null): Decision => ({
  verdict,
  line,
  because,
  moreClips,
});

function whyInvalid({ pairs, isBlindingBroken }: StudyLabels): Decision | null {
  const misaligned = pairs.filter((pair) => pair.depth === 'misaligned');
  if (misaligned.length > 0)
    return say(
      'invalid',
      'depth_misaligned',
      `The control depth of ${named(misaligned.map((pair) => pair.sourceClip))} lies wrong: drop by rule or make them anew, before anything is unblinded.`,
    );
  if (isBlindingBroken)
    return say('invalid', 'blinding_broken', 'A reviewer could have known the sides: the labels decide nothing.');
  const unequal = pairs.filter((pair) => !pair.hasEqualInputs);
  if (unequal.length > 0)
    return say(
      'invalid',
      'unequal_inputs',
      `The two sides of ${named(unequal.map((pair) => pair.sourceClip))} were not made from the same inputs.`,
    );
  return null;
}

function whyInsufficient({ clipCount, effects, agreement, selfConsistency, absentRight }: Figures): Decision | null {
  const limits = gateLimits;
  if (clipCount < limits.leastClips)
    return say(
      'insufficient',
      'too_few_clips',
      `${clipCount} source clips with valid pairs; ${limits.leastClips} are the least, and 16 to 24 a good plan.`,
      limits.leastClips - clipCount,
    );
  const validShare = effects.validFrames / effects.plannedFrames;
  if (validShare < limits.leastValidShare)
    return say(
      'insufficient',
      'too_few_valid_pairs',
      `${percent(validShare)} of the planned frames have an answer on both sides; 80 % are needed.`,
    );
  if (effects.unsureShare.all > limits.mostUnsureShare)
    return say(
      'insufficient',
      'too_many_unsure',
      `${percent(effects.unsureShare.all)} of the answers are unsure or differ between reviewers; 15 % are the most.`,
    );
  if (agreement === null)
    return say('insufficient', 'one_reviewer', 'One reviewer only: a second one has to label the same frames.');
  if (isBelow(agreement.kappa, limits.leastAgreement) && isBelow(agreement.ac1, limits.leastAgreement))
    return say(
      'insufficient',
      'reviewers_disagree',
      `The reviewers do not agree well enough: kappa ${figure(agreement.kappa)}, AC1 ${figure(agreement.ac1)}, one of them has to reach 0.60.`,
    );
  if (selfConsistency !== null && selfConsistency < limits.leastSelfConsistency)
    return say(
      'insufficient',
      'not_self_consistent',
      `Repeated pairs got the same answer in ${percent(selfConsistency)}; 85 % are needed.`,
    );
  // Not in the published table: whoever sees an arm in a room without one has not looked, whatever the repeats say.
  if (absentRight !== null && absentRight < limits.leastAbsentRight)
    return say(
      'insufficient',
      'arm_seen_where_none_is',
      `Frames without an arm were answered with no in ${percent(absentRight)}; 80 % are needed.`,
    );
  return null;
}

/** An agreement that is not defined, because one answer was given throughout, is no disagreement. */
const isBelow = (value: number | null, least: number): boolean => value !== null && value < least;

function decide(figures: Figures, minimumGain: number): Decision {
  const limits = gateLimits;
  const { clipCount, effects } = figures;
  const p = figures.p!;
  const gain = figures.meanDifference!;
  const interval = figures.interval!;
  const told = `mean gain ${signed(gain)} of frames (95 % ${signed(interval.low)} to ${signed(interval.high)}), p ${p.toFixed(4)}, ${clipCount} clips`;
  if (p <= limits.significance && gain < 0) return say('reject', 'harm', `The candidate loses the arm: ${told}.`);
  if (interval.high < minimumGain && clipCount >= limits.leastClipsToRuleOut)
    return say('reject', 'gain_ruled_out', `A gain of ${signed(minimumGain)} is ruled out: ${told}.`);
  const lost = effects.clips.filter(
    (clip) =>
      clip.baselineShare >= limits.retainedShare && clip.difference < -limits.lostBy && clip.lossReason === null,
  );
  const missing = [
    ...(p <= limits.significance ? [] : [`p ${p.toFixed(4)}, needs 0.05`]),
    ...(gain >= minimumGain ? [] : [`gain ${signed(gain)}, needs ${signed(minimumGain)}`]),
    ...(interval.low > 0 ? [] : [`the interval begins at ${signed(interval.low)}`]),
    ...(figures.worstMeanDifference! > 0 ? [] : ['no gain is left when unsure answers count against the candidate']),
    ...(lost.length === 0
      ? []
      : [`${named(lost.map((clip) => clip.sourceClip))} lost the arm, and no reason is written`]),
  ];
  if (missing.length === 0) return say('accept', 'gain_shown', `The gain is shown: ${told}.`);
  return say(
    'insufficient',
    'no_line',
    `Not decided: ${missing.join('; ')}.`,
    Math.max(1, clipsNeeded(effects.clips, Math.max(Math.abs(gain), minimumGain)) - clipCount),
  );
}

function signTestOf(clips: readonly ClipEffect[]): GateEvaluation['signTest'] {
  const isKept = (share: number): boolean => share >= gateLimits.retainedShare;
  const wins = clips.filter((clip) => isKept(clip.candidateShare) && !isKept(clip.baselineShare)).length;
  const losses = clips.filter((clip) => isKept(clip.baselineShare) && !isKept(clip.candidateShare)).length;
  return { wins, losses, p: signTestP(wins, losses) };
}

/** Of a two-sided test at 5 % with 80 % power: standard deviations that a mean has to be away from 0. */
const powerFactor = 1.96 + 0.84;
/** How much clips differ, as simulated; used until a study has told its own. */
const usualSpread = 0.35;

function clipsNeeded(clips: readonly ClipEffect[], gain: number): number {
  const differences = clips.map((clip) => clip.difference);
  const middle = meanOf(differences);
  const own = Math.sqrt(differences.reduce((sum, each) => sum + (each - middle) ** 2, 0) / (differences.length - 1));
  const spread = Number.isFinite(own) && own > 0 ? own : usualSpread;
  return Math.max(gateLimits.leastClips, Math.ceil(((powerFactor * spread) / gain) ** 2));
}

/** The gain that a study of so many source clips would probably show (80 %); null when it can show none. */
export function detectableGain(clipCount: number): number | null {
  return clipCount < gateLimits.leastClips ? null : Math.min(1, (powerFactor * usualSpread) / Math.sqrt(clipCount));
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const signed = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(2)}`;
const figure = (value: number | null): string => (value === null ? 'not defined' : value.toFixed(2));

function named(clips: readonly string[]): string {
  const names = [...new Set(clips)];
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
