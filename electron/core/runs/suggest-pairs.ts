import type { ClipWithRun, PairSuggestion } from '#shared/model/clip.ts';

/**
 * Pairs worth looking at for one clip: the same clip and variant in other runs, the clip beside
 * what it was made from, and its control depth beside the depth that went in. Pairs are made from
 * what manifests say, never by taking file names apart.
 */
export function suggestPairs(input: {
  readonly subject: ClipWithRun;
  readonly siblings: readonly ClipWithRun[];
  readonly twins: readonly ClipWithRun[];
}): PairSuggestion[] {
  const { subject, siblings, twins } = input;
  const pairs: PairSuggestion[] = twins.map((twin) => {
    // The older run is the baseline: it stands on the left.
    const [left, right] = startsBefore(twin, subject) ? [twin, subject] : [subject, twin];
    return {
      kind: 'same_clip_other_run' as const,
      title: `${nameOf(subject)} in two runs`,
      left,
      right,
      differences: findDifferences(left, right),
    };
  });
  const byPath = new Map(siblings.map((clip) => [clip.path, clip]));
  const find = (path: string | null): ClipWithRun | undefined => (path === null ? undefined : byPath.get(path));
  const inRun = (role: ClipWithRun['role'], clipName: string | null): ClipWithRun | undefined =>
    clipName === null ? undefined : siblings.find((clip) => clip.role === role && clip.clipName === clipName);

  if (subject.role === 'enriched') {
    const render =
      find(subject.sourcePath) ??
      inRun('polished', subject.clipName) ??
      inRun('composite', subject.clipName) ??
      inRun('render', subject.clipName);
    if (render !== undefined) {
      pairs.push({
        kind: 'enriched_and_render',
        title: `${nameOf(subject)}: source beside enriched`,
        left: render,
        right: subject,
        differences: [],
      });
    }
    const control = siblings.find(
      (clip) =>
        clip.role === 'control_sidecar' &&
        clip.controlKind === 'depth' &&
        clip.clipName === subject.clipName &&
        clip.variantName === subject.variantName,
    );
    if (control !== undefined)
      pairs.push(
        ...controlPair(control, find(control.depthPath) ?? find(subject.depthPath) ?? inRun('depth', subject.clipName)),
      );
    const other = siblings.find(
      (clip) =>
        clip.role === 'enriched' && clip.clipName === subject.clipName && clip.variantName !== subject.variantName,
    );
    if (other !== undefined) {
      pairs.push({
        kind: 'variant_and_variant',
        title: `${subject.clipName ?? subject.fileName}: ${subject.variantName} beside ${other.variantName}`,
        left: subject,
        right: other,
        differences: [],
      });
    }
  }
  if (subject.role === 'control_sidecar' && subject.controlKind === 'depth') {
    pairs.push(
      ...controlPair(
        subject,
        find(subject.depthPath) ?? inRun('trimmed_depth', subject.clipName) ?? inRun('depth', subject.clipName),
      ),
    );
  }
  if (subject.role === 'polished' || subject.role === 'composite') {
    const composite = inRun('composite', subject.clipName);
    const polished = inRun('polished', subject.clipName);
    if (composite !== undefined && polished !== undefined) {
      pairs.push({
        kind: 'before_and_after_polish',
        title: `${subject.clipName}: composite beside polished`,
        left: composite,
        right: polished,
        differences: [],
      });
    }
  }
  return pairs;
}

function controlPair(control: ClipWithRun, depth: ClipWithRun | undefined): PairSuggestion[] {
  if (depth === undefined) return [];
  return [
    {
      kind: 'control_and_input_depth',
      title: `${nameOf(control)}: input depth beside control depth`,
      left: depth,
      right: control,
      differences: [],
    },
  ];
}

function startsBefore(a: ClipWithRun, b: ClipWithRun): boolean {
  const rank = (clip: ClipWithRun): string => `${clip.modifiedAt ?? ''}|${clip.instanceId ?? ''}|${clip.runId}`;
  return rank(a) < rank(b);
}

function nameOf(clip: ClipWithRun): string {
  return [clip.clipName ?? clip.fileName, clip.variantName].filter((part) => part !== null).join(', ');
}

/** What differs between two clips that should differ in one thing only, in words. */
export function findDifferences(left: ClipWithRun, right: ClipWithRun): string[] {
  const differences: string[] = [];
  const compare = (what: string, a: string | number | null, b: string | number | null): void => {
    if (a !== b) differences.push(`${what}: ${a ?? 'unknown'} and ${b ?? 'unknown'}`);
  };
  if (left.prompt !== right.prompt) differences.push('The prompts differ');
  compare('Seed', left.seed, right.seed);
  compare('First source frame', left.trim?.startFrame ?? 0, right.trim?.startFrame ?? 0);
  compare('Frames', left.frameCount, right.frameCount);
  compare('Rate', left.fps, right.fps);
  compare('Orientation fix', left.orientationFix ?? 'none', right.orientationFix ?? 'none');
  const lineage = (clip: ClipWithRun): string =>
    clip.sourcePath === null ? 'unknown' : (clip.sourcePath.split('/').at(-2) ?? clip.sourcePath);
  compare('Made from', lineage(left), lineage(right));
  return differences;
}
