import { objectsOf, textOf, type Loose } from '#shared/rules/loose.ts';
import { manifestPaths, type FacilityData, type ManifestKey } from './facility-data.ts';

/** A manifest's word about one media file. */
export type ManifestRow = {
  readonly manifest: ManifestKey;
  readonly manifestPath: string;
  readonly stageKey: string;
  /** Path of the media file relative to the run folder. */
  readonly path: string;
  readonly row: Loose;
  readonly clipName: string | null;
  readonly isDepth: boolean;
};

const clipManifests = [
  { manifest: 'render', stageKey: 's1_render', folder: 'renders/' },
  { manifest: 'composited', stageKey: 's1b_robot_composite', folder: 'robot_composite/' },
  { manifest: 'polished', stageKey: 's1c_gemini_polish', folder: 'gemini_polish/' },
  { manifest: 'augmented', stageKey: 's1d_gaussian_augment', folder: 'gaussian_augment/' },
  { manifest: 'vendorAugmented', stageKey: 's1d_gaussian_augment', folder: 'gaussian_augment/' },
  { manifest: 'interaction', stageKey: 's1e_splatsim_interaction', folder: 'splatsim/' },
] as const;

/** The folders whose stage lists its outputs in a manifest, with that manifest. */
export const manifestOfFolder: ReadonlyMap<string, ManifestKey> = new Map([
  ...clipManifests
    .filter((item) => item.manifest !== 'vendorAugmented')
    .map((item) => [item.folder.slice(0, -1), item.manifest] as const),
  ['enriched', 'enriched'],
]);

/**
 * The rows of all clip manifests of a facility. A manifest repeats the rows of the one before it; only a row
 * about a file in the manifest's own folder is its word, the rest is lineage.
 */
export function manifestRows(data: FacilityData, reRooted: (path: string) => string | null): ManifestRow[] {
  const rows: ManifestRow[] = [];
  for (const { manifest, stageKey, folder } of clipManifests) {
    const manifestPath = `${data.facilityId}/${manifestPaths[manifest]}`;
    for (const row of objectsOf(data.manifests[manifest], 'clips')) {
      const clipName = textOf(row, 'clip_name');
      for (const [key, isDepth] of [
        ['video_path', false],
        ['depth_video_path', true],
      ] as const) {
        const path = pathOf(row, key, reRooted);
        if (path !== null && path.startsWith(`${data.facilityId}/${folder}`))
          rows.push({ manifest, manifestPath, stageKey, path, row, clipName, isDepth });
      }
    }
  }
  for (const row of objectsOf(data.manifests.enriched, 'clips')) {
    const path = pathOf(row, 'output_video_path', reRooted);
    if (path === null) continue;
    rows.push({
      manifest: 'enriched',
      manifestPath: `${data.facilityId}/${manifestPaths.enriched}`,
      stageKey: 's2_enrich',
      path,
      row,
      clipName: textOf(row, 'clip_name'),
      isDepth: false,
    });
  }
  return rows;
}

/** The path under `key`, relative to the run folder; null when it is missing or lies outside. */
export function pathOf(
  row: Loose | null | undefined,
  key: string,
  reRooted: (path: string) => string | null,
): string | null {
  const path = textOf(row, key);
  return path === null ? null : reRooted(path);
}
