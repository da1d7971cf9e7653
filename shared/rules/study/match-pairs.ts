/** What has to be the same on both sides, each as what it is by content and never as a name; null is not known. */
export type ClipInputs = {
  readonly sourceClip: string | null;
  readonly prompt: string | null;
  readonly depth: string | null;
  readonly seed: string | null;
  readonly trimWindow: string | null;
  /** `none` when the run used no context frame, which is something that is known. */
  readonly contextFrame: string | null;
};

export type StudyClip = { readonly clipId: string; readonly inputs: ClipInputs };

export type MatchedPair = {
  readonly baselineClipId: string;
  readonly candidateClipId: string;
  readonly sourceClip: string;
};

export type ExcludedClip = {
  readonly clipId: string;
  readonly side: 'baseline' | 'candidate';
  readonly reason: string;
};

export type PairProposal = {
  readonly pairs: readonly MatchedPair[];
  readonly excluded: readonly ExcludedClip[];
  /** The units of the test: variants and seeds of one source clip are one. */
  readonly sourceClipCount: number;
};

const inputWords = {
  sourceClip: 'source clip',
  prompt: 'prompt',
  depth: 'depth',
  seed: 'seed',
  trimWindow: 'trim window',
  contextFrame: 'context frame',
} as const satisfies Record<keyof ClipInputs, string>;

const inputNames = Object.keys(inputWords) as readonly (keyof ClipInputs)[];

/**
 * The pairs whose inputs are equal by content. Every other clip is excluded with its reason: an input that is not
 * known equals nothing, and of two clips with the same inputs neither is picked.
 */
export function matchPairs(baseline: readonly StudyClip[], candidate: readonly StudyClip[]): PairProposal {
  const pairs: MatchedPair[] = [];
  const excluded: ExcludedClip[] = [];
  for (const clip of baseline) {
    const reason = whyExcluded(clip, baseline, candidate);
    const partner = candidate.find((other) => differences(clip, other).length === 0);
    const { sourceClip } = clip.inputs;
    if (reason !== null || partner === undefined || sourceClip === null)
      excluded.push({ clipId: clip.clipId, side: 'baseline', reason: reason ?? 'no clip of the other run fits' });
    else pairs.push({ baselineClipId: clip.clipId, candidateClipId: partner.clipId, sourceClip });
  }
  for (const clip of candidate) {
    const reason = whyExcluded(clip, candidate, baseline);
    if (reason !== null) excluded.push({ clipId: clip.clipId, side: 'candidate', reason });
  }
  return { pairs, excluded, sourceClipCount: new Set(pairs.map((pair) => pair.sourceClip)).size };
}

function whyExcluded(clip: StudyClip, own: readonly StudyClip[], others: readonly StudyClip[]): string | null {
  const unknown = inputNames.filter((name) => clip.inputs[name] === null);
  if (unknown.length > 0) return `not known: ${wordsOf(unknown)}`;
  if (own.some((other) => other !== clip && differences(clip, other).length === 0))
    return 'another clip of the same run has the same inputs';
  const sameSource = others.filter((other) => other.inputs.sourceClip === clip.inputs.sourceClip);
  if (sameSource.length === 0) return 'the other run has no clip of this source clip';
  const fits = sameSource.filter((other) => differences(clip, other).length === 0);
  if (fits.length > 1) return 'the other run has several clips with these inputs';
  if (fits.length === 1) return null;
  const nearest = sameSource.map((other) => ({ other, names: differences(clip, other) })).toSorted(byFewest)[0]!;
  const missing = nearest.names.filter((name) => nearest.other.inputs[name] === null);
  return missing.length > 0
    ? `not known of the other run: ${wordsOf(missing)}`
    : `not the same on both sides: ${wordsOf(nearest.names)}`;
}

function byFewest(a: { readonly names: readonly unknown[] }, b: { readonly names: readonly unknown[] }): number {
  return a.names.length - b.names.length;
}

function differences(a: StudyClip, b: StudyClip): readonly (keyof ClipInputs)[] {
  return inputNames.filter((name) => a.inputs[name] !== b.inputs[name]);
}

function wordsOf(names: readonly (keyof ClipInputs)[]): string {
  return names.map((name) => inputWords[name]).join(', ');
}
