import { createHash } from 'node:crypto';
import type { ClipWithRun } from '#shared/model/clip.ts';
import type { StudyExclusion, StudyPairPlan, StudyProposal } from '#shared/model/study.ts';
import { gateLimits, detectableGain } from '#shared/rules/arm-gate/verdict.ts';
import type { OrientationVerdict } from '#shared/rules/orientation/verdict.ts';

export type RunClips = {
  readonly runId: string;
  readonly name: string;
  /** All clips of the run. */
  readonly clips: readonly ClipWithRun[];
  /** What stands of the depth of an enriched clip, by clip id. */
  readonly orientation: ReadonlyMap<string, OrientationVerdict | null>;
};

/** As many source clips as the acceptance design plans for at the least. */
const goodPlan = 16;
/** A clip of so many frames or fewer is judged whole. */
const wholeUpTo = 24;

/**
 * Pairs the enriched clips of two runs by clip and variant, and keeps those of which everything but the thing under
 * test is proved to be the same: prompt, seed, window, depth by content, context frame. What is not known is not the
 * same. Source: the acceptance design of the team.
 */
export function proposeStudy(baseline: RunClips, candidate: RunClips, framesPerPair: number): StudyProposal {
  const pairs: StudyPairPlan[] = [];
  const excluded: StudyExclusion[] = [];
  const leaveOut = (clip: ClipWithRun, because: string): void => {
    excluded.push({ sourceClip: sourceOf(clip), variantName: clip.variantName, because });
  };
  const candidates = enrichedOf(candidate);
  const paired = new Set<string>();
  for (const [key, own] of enrichedOf(baseline)) {
    const other = candidates.get(key);
    const first = own[0]!;
    paired.add(key);
    if (other === undefined) leaveOut(first, 'The candidate run has no clip of this name and variant.');
    else if (own.length > 1 || other.length > 1)
      leaveOut(first, 'A run has several clips of this name and variant, and which one is meant is not known.');
    else {
      const answer = pairOf(first, other[0]!, { baseline, candidate, framesPerPair });
      if (typeof answer === 'string') leaveOut(first, answer);
      else pairs.push(answer);
    }
  }
  for (const [key, [other]] of candidates)
    if (!paired.has(key) && other !== undefined)
      leaveOut(other, 'The baseline run has no clip of this name and variant.');
  const sourceClipCount = new Set(pairs.map((pair) => pair.sourceClip)).size;
  return {
    baseline: { runId: baseline.runId, name: baseline.name },
    candidate: { runId: candidate.runId, name: candidate.name },
    pairs,
    excluded,
    sourceClipCount,
    detectableGain: detectableGain(sourceClipCount),
    warnings: warningsOf(pairs, excluded, sourceClipCount),
  };
}

function enrichedOf({ clips }: RunClips): Map<string, ClipWithRun[]> {
  const byName = new Map<string, ClipWithRun[]>();
  for (const clip of clips) {
    if (clip.role !== 'enriched' || clip.flags.some((flag) => flag.code === 'rejected_attempt')) continue;
    const key = JSON.stringify([sourceOf(clip), clip.variantName]);
    byName.set(key, [...(byName.get(key) ?? []), clip]);
  }
  return byName;
}

/** The source clip: the unit of the test, of which variants, prompts and seeds are one. */
const sourceOf = (clip: ClipWithRun): string => clip.clipName ?? clip.fileName;

type Runs = { readonly baseline: RunClips; readonly candidate: RunClips; readonly framesPerPair: number };

/** A pair, or why these two can not be one. */
function pairOf(left: ClipWithRun, right: ClipWithRun, runs: Runs): StudyPairPlan | string {
  const unfit = whyUnfit(left, 'baseline') ?? whyUnfit(right, 'candidate');
  if (unfit !== null) return unfit;
  if (left.mediaId === right.mediaId) return 'Both runs have the same bytes: there is nothing to tell apart.';
  const unequal = whyUnequal(left, right, runs);
  if (unequal !== null) return unequal;
  const orientation = {
    baseline: runs.baseline.orientation.get(left.id) ?? null,
    candidate: runs.candidate.orientation.get(right.id) ?? null,
  };
  for (const side of ['baseline', 'candidate'] as const)
    if (orientation[side] === 'misaligned')
      return `The control depth of the ${side} lies wrong: it would be judged by its depth and not by what is tested.`;
  const frameCount = left.frameCount!;
  const frames = evenFrames(frameCount, frameCount <= wholeUpTo ? frameCount : runs.framesPerPair);
  const side = (clip: ClipWithRun, which: 'baseline' | 'candidate'): StudyPairPlan['baseline'] => ({
    clipId: clip.id,
    mediaId: clip.mediaId!,
    sha256: clip.sha256,
    shownMediaId: clip.convertedMediaId ?? clip.mediaId!,
    orientation: orientation[which],
  });
  return {
    pairId: `${sourceOf(left)}|${left.variantName ?? ''}`.slice(0, 200),
    sourceClip: sourceOf(left),
    variantName: left.variantName,
    baseline: side(left, 'baseline'),
    candidate: side(right, 'candidate'),
    frames,
    inputs: {
      promptHash: createHash('sha256').update(left.prompt!).digest('hex'),
      seed: left.seed,
      startFrame: left.trim?.startFrame ?? 0,
      depthMediaId: depthOf(left, runs.baseline)!,
      contextFrame: contextFrameOf(left),
    },
  };
}

/** Can it be shown without telling the sides apart, and are its frames known? */
function whyUnfit(clip: ClipWithRun, side: string): string | null {
  if (clip.mediaId === null || !clip.isPresent) return `The file of the ${side} is not on this computer.`;
  if (!clip.playable && clip.convertedMediaId === null)
    return `The clip of the ${side} can not be played here: convert it first.`;
  if (clip.frameCount === null || clip.frameCount < 1) return `How many frames the ${side} has is not known.`;
  if (clip.flags.some(({ code }) => code === 'points_at_sidecar' || code === 'truncated' || code === 'damaged'))
    return `The file of the ${side} is not what its manifest says: it is flagged.`;
  return null;
}

function whyUnequal(left: ClipWithRun, right: ClipWithRun, { baseline, candidate }: Runs): string | null {
  if (left.prompt === null || right.prompt === null) return 'A prompt is not known.';
  if (left.prompt !== right.prompt) return 'The prompts differ.';
  if (left.seed === null || right.seed === null) return 'A seed is not known.';
  if (left.seed !== right.seed) return `The seeds differ: ${left.seed} and ${right.seed}.`;
  const start = [left.trim?.startFrame ?? 0, right.trim?.startFrame ?? 0];
  if (start[0] !== start[1]) return `The clips begin at source frames ${start[0]} and ${start[1]}.`;
  if (left.frameCount !== right.frameCount)
    return `The clips have ${left.frameCount} and ${right.frameCount} frames, so they can not be matched one to one.`;
  if (left.fps !== null && right.fps !== null && Math.abs(left.fps - right.fps) > 0.01)
    return `The clips run at ${left.fps} and ${right.fps} frames a second.`;
  if (left.widthPx !== right.widthPx || left.heightPx !== right.heightPx)
    return `The pictures are ${sizeOf(left)} and ${sizeOf(right)}: the sides would be told apart by their sharpness.`;
  const depth = [depthOf(left, baseline), depthOf(right, candidate)];
  if (depth[0] === null || depth[1] === null) return 'The depth that went into one of them is not there.';
  if (depth[0] !== depth[1]) return 'Different depth went into them: the files differ in their content.';
  const context = [contextFrameOf(left), contextFrameOf(right)];
  if (context[0] !== context[1])
    return `The context frames differ: ${context[0] ?? 'unknown'} and ${context[1] ?? 'unknown'}.`;
  return null;
}

const sizeOf = ({ widthPx, heightPx }: ClipWithRun): string =>
  widthPx === null || heightPx === null ? 'of unknown size' : `${widthPx} x ${heightPx}`;

/** A media id names content: equal ids are equal bytes. */
const depthOf = (clip: ClipWithRun, { clips }: RunClips): string | null =>
  clip.depthPath === null ? null : (clips.find((each) => each.path === clip.depthPath)?.mediaId ?? null);

function contextFrameOf(clip: ClipWithRun): number | null {
  const value = clip.scores['context_frame_index'];
  return typeof value === 'number' ? value : null;
}

/** Frames spread evenly over a clip, the first and the last among them, each once. */
export function evenFrames(frameCount: number, count: number): number[] {
  const wanted = Math.min(frameCount, count);
  if (wanted === 1) return [Math.floor((frameCount - 1) / 2)];
  return Array.from({ length: wanted }, (_, at) => Math.round((at * (frameCount - 1)) / (wanted - 1)));
}

function warningsOf(
  pairs: readonly StudyPairPlan[],
  excluded: readonly StudyExclusion[],
  sourceClipCount: number,
): string[] {
  const lost = excluded.filter(({ because }) => because.startsWith('The candidate run has no clip')).length;
  const unchecked = pairs.filter(
    ({ baseline, candidate }) => baseline.orientation !== 'aligned' || candidate.orientation !== 'aligned',
  ).length;
  return [
    ...(sourceClipCount < gateLimits.leastClips
      ? [
          `${sourceClipCount} source clips can decide nothing: ${gateLimits.leastClips} are the least, whatever they show.`,
        ]
      : sourceClipCount < goodPlan
        ? [`${sourceClipCount} source clips are few: a plan of 16 to 24 finds gains that are worth having.`]
        : []),
    ...(lost === 0
      ? []
      : [
          `The candidate did not make ${lost} of the clips. A run is not better for the clips that it lost: find out why first.`,
        ]),
    ...(unchecked === 0 ? [] : [`The depth of ${unchecked} pairs was not proved to lie the right way up.`]),
  ];
}
