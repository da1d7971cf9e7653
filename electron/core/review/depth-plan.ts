import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { objectsOf, type Loose } from '#shared/rules/loose.ts';
import { reRoot } from '#shared/rules/re-root.ts';
import { manifestPaths } from '../runs/read/facility-data.ts';
import { pathOf } from '../runs/read/manifest-rows.ts';
import { readSettings } from '../runs/read/options.ts';
import { readJsonObject } from '../runs/read/read-json.ts';
import { findInputDepth, type InputDepthAnswer } from './find-input-depth.ts';

/** A folder in which a run was seen and still is. */
export type RunPlace = {
  readonly root: string;
  readonly bases: readonly string[];
  readonly facilityIds: readonly string[];
};

/** What is to be compared for one clip. */
export type DepthPlan = {
  readonly clipPath: string;
  readonly root: string;
  readonly controlPath: string;
  readonly hasControl: boolean;
  readonly input: InputDepthAnswer;
};

/** Where Cosmos puts the depth control as its model saw it: beside the clip. */
export const controlPathOf = (clipPath: string): string => clipPath.replace(/(\.[^./]+)$/, '_control_depth$1');

/**
 * Finds control depth and input depth of clips, in the first place of the run that has the control depth.
 * Reads the manifest of each facility once and the arguments of each clip; nothing is opened by a machine's path.
 * @param places newest first, at least one
 */
export async function planDepth(
  places: readonly RunPlace[],
  clipPaths: readonly string[],
  signal: AbortSignal,
): Promise<DepthPlan[]> {
  const settings = readSettings({ signal });
  const manifests = new Map<string, Promise<Loose | null>>();
  const manifestOf = (root: string, facility: string): Promise<Loose | null> => {
    const path = `${facility}/${manifestPaths.enriched}`;
    const key = join(root, path);
    const read = manifests.get(key) ?? readJsonObject(root, path, settings, []);
    manifests.set(key, read);
    return read;
  };
  const plans: DepthPlan[] = [];
  for (const clipPath of clipPaths) {
    const controlPath = controlPathOf(clipPath);
    const place = places.find(({ root }) => existsSync(join(root, controlPath))) ?? places[0]!;
    const { root } = place;
    const has = (path: string): boolean => existsSync(join(root, path));
    const reRooted = (path: string): string | null => reRoot(path, { ...place, has });
    const manifest = await manifestOf(root, clipPath.split('/')[0]!);
    const row = objectsOf(manifest, 'clips').find((it) => pathOf(it, 'output_video_path', reRooted) === clipPath);
    const args = await readJsonObject(root, clipPath.replace(/\.[^./]+$/, '.json'), settings, []);
    plans.push({
      clipPath,
      root,
      controlPath,
      hasControl: has(controlPath),
      input: findInputDepth({ args, row: row ?? null, reRooted, has }),
    });
  }
  return plans;
}
