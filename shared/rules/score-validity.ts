import { flagOf, numberOf, objectsOf, textOf, type Loose } from './loose.ts';

/**
 * Why S5's scores say nothing, most telling reason first; empty when they do. At the baseline revision the
 * reference is the raw render from frame 0: it ignores the orientation fix, the trim window, and whether the
 * arm was composited or polished into the input. Later revisions compare with the prepared input and say so
 * by `lineage_source`.
 */
export function fidelityTraps(facts: {
  readonly enriched: Loose | null;
  readonly fidelity: Loose | null;
  readonly metrics: Loose;
}): string[] {
  const isLater =
    textOf(facts.fidelity, 'lineage_source') !== null ||
    textOf(facts.metrics, 'lineage_source') !== null ||
    objectsOf(facts.fidelity, 'per_clip').some((row) => textOf(row, 'reference_resolution_mode') !== null);
  if (isLater) return [];
  const rows = objectsOf(facts.enriched, 'clips');
  const traps: string[] = [];
  const oriented = rows.find((row) => !isNone(textOf(row, 'orientation_fix')));
  if (oriented !== undefined)
    traps.push(
      `Compared with the raw render, without the orientation fix ${textOf(oriented, 'orientation_fix')}: says nothing`,
    );
  const offset = rows.find((row) => (numberOf(row, 'input_trim_start_frame') ?? 0) > 0);
  if (offset !== undefined)
    traps.push(
      `Compared from frame 0, and the input begins at frame ${numberOf(offset, 'input_trim_start_frame')}: says nothing`,
    );
  const armed = rows.find((row) => armSource(textOf(row, 'source_video_path')) !== null);
  if (armed !== undefined)
    traps.push(
      `Compared with the raw render, and the input was ${armSource(textOf(armed, 'source_video_path'))}: says nothing`,
    );
  return traps;
}

function isNone(fix: string | null): boolean {
  return fix === null || fix === 'none';
}

function armSource(path: string | null): string | null {
  if (path === null) return null;
  if (/_polished\.mp4$/.test(path)) return 'the polished clip';
  if (/_robot\.mp4$/.test(path)) return 'the clip with the arm';
  if (/_r[bs]\d+\.mp4$/.test(path)) return 'an augmented clip';
  if (/_s1e_/.test(path)) return 'a simulated interaction';
  return null;
}

const cannotJudge =
  /unusable|cannot be (?:judged|assessed|evaluated|determined)|can't be (?:judged|assessed)|unable to (?:judge|assess|evaluate)|too (?:blurry|dark|degraded) to|not possible to/i;

/** Why S6's scores say nothing: no valid sample, or a judge whose words say that it could not judge. */
export function spatialTraps(metrics: Loose, scores: readonly Loose[]): string[] {
  const traps: string[] = [];
  if (numberOf(metrics, 'num_evaluated') === 0) traps.push('Nothing was evaluated');
  if (numberOf(metrics, 'num_valid_samples') === 0) traps.push('No valid sample');
  const conflicts = numberOf(metrics, 'num_reasoning_conflicts') ?? 0;
  const contradicted = scores.filter(
    (row) => flagOf(row, 'reasoning_conflict') === true || cannotJudge.test(textOf(row, 'reasoning') ?? ''),
  ).length;
  const worst = Math.max(conflicts, contradicted);
  const judged = numberOf(metrics, 'num_evaluated') ?? scores.length;
  if (worst > 0 && worst >= judged)
    traps.push(`The judge's own words say that it could not judge (${worst} of ${judged})`);
  return traps;
}
