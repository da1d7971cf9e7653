import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadProblem } from '#shared/model/run.ts';
import type { Loose } from '#shared/rules/loose.ts';
import type { StageResult } from '#shared/rules/stage-sources.ts';
import { mapSome } from './map-some.ts';
import { stageKeyOfResult } from './names.ts';
import type { ReadSettings } from './options.ts';
import { readJsonObject } from './read-json.ts';
import type { FileEntry } from './walk.ts';

/** The JSON of one facility folder; null for what is missing or could not be read. */
export type FacilityData = {
  readonly facilityId: string;
  readonly results: readonly StageResult[];
  /** Copy of S4 from before the refresh; no stage. */
  readonly preRefresh: StageResult | null;
  readonly manifests: { readonly [K in ManifestKey]: Loose | null };
  /** Cosmos' sample arguments by path without extension, e.g. `kitchen/enriched/clip_000_orbit_evening`. */
  readonly sampleArgs: ReadonlyMap<string, Loose>;
  /** Prompts of `.txt` files whose sample arguments are missing, by the same key. */
  readonly promptTexts: ReadonlyMap<string, string>;
};

/** Where each manifest lies below its facility. */
export const manifestPaths = {
  render: 'renders/render_manifest.json',
  composited: 'robot_composite/composited_manifest.json',
  polished: 'gemini_polish/polished_manifest.json',
  augmented: 'gaussian_augment/augmented_manifest.json',
  vendorAugmented: 'gaussian_augment/vendor_augmented_manifest.json',
  interaction: 'splatsim/interaction_manifest.json',
  enriched: 'enriched/enriched_manifest.json',
  scores: 'policy_eval/vlm_scores.json',
  trainedScores: 'trained_eval/vlm_scores_combined.json',
  pairScores: 'policy_pair_eval/pair_scores.json',
  fidelity: 'visual_fidelity/visual_fidelity.json',
  spatial: 'spatial_accuracy/spatial_accuracy.json',
  warmup: 'warmup_cache/dynamic_variants.json',
} as const;
export type ManifestKey = keyof typeof manifestPaths;

const filesAtOnce = 8;

/** Reads what a facility folder says in JSON. Files that are not in the listing are not tried. */
export async function readFacility(
  root: string,
  facilityId: string,
  files: ReadonlyMap<string, FileEntry>,
  settings: ReadSettings,
  problems: ReadProblem[],
): Promise<FacilityData> {
  const read = (path: string): Promise<Loose | null> =>
    files.has(path) ? readJsonObject(root, path, settings, problems) : Promise.resolve(null);
  const prefix = `${facilityId}/`;
  const resultPaths = [...files.keys()].filter((path) => {
    const name = path.slice(prefix.length);
    return path.startsWith(prefix) && !name.includes('/') && stageKeyOfResult(name) !== null;
  });
  const readResult = async (path: string): Promise<StageResult[]> => {
    const data = await read(path);
    return data === null ? [] : [{ key: stageKeyOfResult(path.slice(prefix.length))!, facilityId, path, data }];
  };
  const results = (await mapSome(resultPaths, filesAtOnce, readResult)).flat();
  const preRefreshPath = `${prefix}s4_policy_eval_pre_refresh_result.json`;
  const preRefreshData = await read(preRefreshPath);
  const keys = Object.keys(manifestPaths) as ManifestKey[];
  const loaded = await Promise.all(keys.map(async (key) => [key, await read(prefix + manifestPaths[key])] as const));
  return {
    facilityId,
    results,
    preRefresh:
      preRefreshData === null
        ? null
        : { key: 's4_policy_eval', facilityId, path: preRefreshPath, data: preRefreshData },
    manifests: Object.fromEntries(loaded) as FacilityData['manifests'],
    ...(await readSamples(root, `${prefix}enriched/`, files, settings, problems)),
  };
}

async function readSamples(
  root: string,
  folder: string,
  files: ReadonlyMap<string, FileEntry>,
  settings: ReadSettings,
  problems: ReadProblem[],
): Promise<Pick<FacilityData, 'sampleArgs' | 'promptTexts'>> {
  const sampleArgs = new Map<string, Loose>();
  const promptTexts = new Map<string, string>();
  const inFolder = [...files.keys()].filter(
    (path) => path.startsWith(folder) && !path.slice(folder.length).includes('/'),
  );
  const samplePaths = inFolder.filter(
    (path) => path.endsWith('.json') && !path.endsWith('_manifest.json') && !/\/tmp[^/]*\.json$/.test(path),
  );
  const samples = await mapSome(samplePaths, filesAtOnce, async (path) => ({
    stem: path.slice(0, -'.json'.length),
    data: await readJsonObject(root, path, settings, problems),
  }));
  for (const { stem, data } of samples) if (data !== null) sampleArgs.set(stem, data);
  for (const path of inFolder) {
    const stem = path.slice(0, -'.txt'.length);
    if (!path.endsWith('.txt') || sampleArgs.has(stem) || files.get(path)!.sizeBytes > 100_000) continue;
    settings.signal?.throwIfAborted();
    const text = await readFile(join(root, path), 'utf8').catch(() => '');
    if (text.trim() !== '') promptTexts.set(stem, text.trim());
  }
  return { sampleArgs, promptTexts };
}
