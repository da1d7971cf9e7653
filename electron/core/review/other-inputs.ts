import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LumaPlane } from '#shared/rules/orientation/grid.ts';
import type { PlannedCheck, RunCheckDeps } from './check-deps.ts';
import { openDepth } from './depth-files.ts';
import { depthWindowOf } from './depth-window.ts';
import type { InputDepth } from './find-input-depth.ts';
import type { OrientationSubject } from './orientation-store.ts';

/** The input depth of another clip: what a control depth that does not belong to a clip is held against. */
export type OtherInput = {
  /** Clips of one source share what they show, whatever their window. */
  readonly source: string;
  readonly sha256: string | null;
  readonly frames: readonly LumaPlane[];
};

/** Beyond these a percentile hardly moves, and each costs a second for every clip of the run. */
const mostOthers = 24;

export const sourceOf = ({ clipName }: OrientationSubject, depth: InputDepth): string => clipName ?? depth.path;

/** One input depth for each source clip of the run, spread evenly over them; those that can not be read are left out. */
export async function sampleOtherInputs(deps: RunCheckDeps, planned: readonly PlannedCheck[]): Promise<OtherInput[]> {
  const bySource = new Map<string, { readonly root: string; readonly depth: InputDepth }>();
  for (const { subject, plan } of planned) {
    if (!plan.input.ok) continue;
    const depth = plan.input.input;
    const source = sourceOf(subject, depth);
    if (!bySource.has(source)) bySource.set(source, { root: plan.root, depth });
  }
  const sources = [...bySource];
  const taken = Math.min(mostOthers, sources.length);
  const others: OtherInput[] = [];
  if (sources.length < 2) return others;
  for (let part = 0; part < taken; part += 1) {
    deps.signal.throwIfAborted();
    const [source, { root, depth }] = sources[Math.floor((part * sources.length) / taken)]!;
    const destination = join(deps.folder, 'other.luma');
    const opened = await openDepth(deps, { root, path: depth.path, turned: depth.turned, destination });
    if (!opened.ok) continue;
    const { frameCount } = opened.luma;
    const matched = depthWindowOf({ frameCount, fps: null }, { fps: null }, depth.trim);
    if (!matched.ok) continue;
    const frames = await deps.tasks.call(
      'orientation.sample',
      { file: opened.luma, window: matched.window },
      { signal: deps.signal },
    );
    await rm(destination, { force: true });
    if (frames.length > 0) others.push({ source, sha256: opened.file.sha256, frames });
  }
  return others;
}
