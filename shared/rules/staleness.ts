import type { Stage } from '../model/run.ts';
import { canonicalStages } from '../model/stages.ts';

const canonicalIndex = new Map<string, number>(canonicalStages.map((stage, index) => [stage.key, index]));

/**
 * Marks results that are older than a result they come after. A resume keeps every stored success, also when
 * something before it ran again, so such a result may not belong to what now stands before it. S4 is written
 * again after S3d when the refresh succeeds: `isRefreshRerun` says where that is so, and S3d is not stale then.
 */
export function markStale(stages: readonly Stage[], isRefreshRerun: (facilityId: string | null) => boolean): Stage[] {
  return stages.map((stage) => ({ ...stage, staleBecause: staleReason(stage, stages, isRefreshRerun) }));
}

function staleReason(
  stage: Stage,
  stages: readonly Stage[],
  isRefreshRerun: (facilityId: string | null) => boolean,
): string | null {
  const index = canonicalIndex.get(stage.key);
  if (index === undefined || stage.status !== 'success' || stage.finishedAt === null) return null;
  let newest: Stage | null = null;
  for (const other of stages) {
    const otherIndex = canonicalIndex.get(other.key);
    if (otherIndex === undefined || otherIndex >= index || other.status !== 'success' || other.finishedAt === null)
      continue;
    if (stage.facilityId !== null && other.facilityId !== stage.facilityId) continue;
    if (stage.key === 's3d_wm_refresh_loop' && other.key === 's4_policy_eval' && isRefreshRerun(stage.facilityId))
      continue;
    if (other.finishedAt > stage.finishedAt && (newest === null || other.finishedAt > newest.finishedAt!))
      newest = other;
  }
  if (newest === null) return null;
  return `${stage.short} was written at ${stage.finishedAt}, before ${newest.short} (${newest.finishedAt}), which comes earlier in the pipeline.`;
}
