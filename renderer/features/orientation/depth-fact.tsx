import type { ReactNode } from 'react';
import type { ClipWithRun } from '#shared/model/clip.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { DepthTileMark } from './depth-tile-mark.tsx';

/** Clips to which a verdict on depth belongs: what was enriched, and the control depth itself. */
export const hasDepthVerdict = (clip: ClipWithRun): boolean =>
  clip.role === 'enriched' || (clip.role === 'control_sidecar' && clip.controlKind === 'depth');

/** The verdict on the depth of the clip in view. */
export function DepthFact({ clip }: { readonly clip: ClipWithRun }): ReactNode {
  const list = useRoomQuery('orientation.list', { runId: clip.runId });
  const fileName = clip.fileName.replace(/_control_depth(\.[^.]+)$/, '$1');
  if (list.error !== null && list.data === undefined) return <span className="t3">not readable</span>;
  const item = list.data?.items.find((each) => each.fileName === fileName);
  if (list.data !== undefined && item === undefined) return <span className="t3">of no enriched clip</span>;
  return <DepthTileMark item={item} />;
}
