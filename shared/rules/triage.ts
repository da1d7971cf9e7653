/** Why a clip or a run waits for a person's eyes, the most urgent first. */
export const triageKinds = [
  'changed_since_review',
  'depth_wrong',
  'gates_failed',
  'flagged',
  'low_similarity',
  'builtin_prompt',
  'depth_unchecked',
] as const;
export type TriageKind = (typeof triageKinds)[number];

export type TriageReason = { readonly kind: TriageKind; readonly because: string };

/** What is known of a clip, as far as it decides whether somebody has to look at it. */
export type TriageFacts = {
  /** Of its depth: null where there is none to check; `unchecked` where no check stands for these bytes. */
  readonly depth: { readonly verdict: string; readonly because: string } | null;
  readonly flags: readonly { readonly code: string; readonly message: string }[];
  readonly promptOrigin: string | null;
  readonly promptOriginWhy: string | null;
  /** The pipeline's own `frame0_ssim`, 0 to 1; null where it measured none. */
  readonly frame0Ssim: number | null;
  /** `earlier`: what was said of it was said of other bytes. */
  readonly review: 'never' | 'current' | 'earlier';
};

/**
 * Below this the input and the output of a clip look little alike by the pipeline's measure: the threshold of its own
 * kitchen configuration. It compares frame k of the input with frame 0 of the output, so it is low for an honest
 * reason where k is far from 0: a cause to look, no verdict.
 */
export const lowSimilarity = 0.7;

/**
 * Why a clip has to be looked at, the most urgent reason first; none for one that was judged as it is. A verdict on a
 * clip answers every reason but one that came after it: other bytes.
 */
export function triageClip(facts: TriageFacts): TriageReason[] {
  if (facts.review === 'current') return [];
  const reasons: TriageReason[] = [];
  const add = (kind: TriageKind, because: string): void => void reasons.push({ kind, because });
  if (facts.review === 'earlier') add('changed_since_review', 'Its verdict was given on other bytes.');
  const { depth } = facts;
  if (depth !== null && depth.verdict === 'unchecked') add('depth_unchecked', depth.because);
  else if (depth !== null && depth.verdict !== 'aligned') add('depth_wrong', depth.because);
  for (const { code, message } of facts.flags) add('flagged', message === '' ? code.replaceAll('_', ' ') : message);
  if (facts.frame0Ssim !== null && facts.frame0Ssim < lowSimilarity)
    add(
      'low_similarity',
      `Its first frame is ${facts.frame0Ssim.toFixed(2)} like the input (SSIM, as the run measured).`,
    );
  if (facts.promptOrigin === 'builtin' || facts.promptOrigin === 'builtin_industrial')
    add('builtin_prompt', facts.promptOriginWhy ?? 'Its prompt is one that is built into the pipeline.');
  return reasons.toSorted((a, b) => triageKinds.indexOf(a.kind) - triageKinds.indexOf(b.kind));
}
