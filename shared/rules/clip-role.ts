import type { ClipRole } from '../model/clip.ts';

const sidecar = /_(control|mask)_(edge|vis|depth|seg)\.(mp4|jpg)$/;
const carryOverFolder = /_prev_/;

export type ClipPlace = {
  readonly role: ClipRole;
  readonly facilityId: string | null;
  /** Folder of the stage below the facility, without a carry-over suffix: `renders`, `enriched`, … */
  readonly stageFolder: string | null;
  readonly controlKind: string | null;
  readonly condition: string | null;
  readonly isCarryOver: boolean;
};

/** A control or mask sidecar that Cosmos writes beside its output, told by its name alone. */
export function sidecarOf(
  path: string,
): { readonly kind: string; readonly isMask: boolean; readonly stem: string } | null {
  const match = sidecar.exec(path);
  if (match === null) return null;
  return { kind: match[2]!, isMask: match[1] === 'mask', stem: path.slice(0, match.index) };
}

/** True for a hand-made copy of a folder, e.g. `wm_refresh_loop_prev_fast_20260302_002719`. */
export function isCarryOverName(folderName: string): boolean {
  return carryOverFolder.test(folderName);
}

/** True for a file that can be a clip: an MP4 that is not a conversion in progress, or a one-frame output of Cosmos. */
export function isClipPath(path: string): boolean {
  if (path.endsWith('.mp4')) return !path.endsWith('.__tmp_h264__.mp4');
  return path.endsWith('.jpg') && stageParts(path, []).includes('enriched');
}

function stageParts(path: string, facilityIds: readonly string[]): string[] {
  const parts = path.split('/');
  return facilityIds.includes(parts[0]!) ? parts.slice(1) : parts;
}

/**
 * What a media file is, from where it lies (facts about the folders: the pipeline writes each role into a
 * folder of its own). Sidecars are told first, by name; names are never split into clip and variant.
 */
export function placeClip(path: string, facilityIds: readonly string[]): ClipPlace {
  const parts = path.split('/');
  const folders = parts.slice(0, -1);
  const fileName = parts.at(-1)!;
  const isCarryOver = folders.some(isCarryOverName);
  const first = folders[0] ?? null;
  const bareFirst = first === null ? null : bareName(first);
  const facilityId =
    first !== null && facilityIds.includes(first)
      ? first
      : bareFirst !== null && facilityIds.includes(bareFirst)
        ? bareFirst
        : null;
  const inside = (facilityId === null ? folders : folders.slice(1)).map(bareName);
  const stageFolder = inside[0] ?? null;
  const base = { facilityId, stageFolder, isCarryOver, controlKind: null, condition: null };

  const control = sidecarOf(fileName);
  if (control !== null && stageFolder === 'enriched') {
    return { ...base, role: 'control_sidecar', controlKind: control.kind, condition: control.isMask ? 'mask' : null };
  }
  const rollouts = inside.find((folder) => folder === 'rollouts' || folder.endsWith('_rollouts'));
  if (rollouts !== undefined) {
    const condition = rollouts === 'rollouts' ? null : rollouts.slice(0, -'_rollouts'.length);
    return { ...base, role: inside.includes('overlay') ? 'overlay' : 'rollout', condition };
  }
  return { ...base, ...roleIn(inside, fileName) };
}

function roleIn(inside: readonly string[], fileName: string): { role: ClipRole; condition?: string } {
  const stem = fileName.replace(/\.[^.]+$/, '');
  const [stageFolder, sub] = inside;
  const isDepth = /_depth(?:_|$)/.test(stem);
  if (fileName.endsWith('.jpg')) return { role: 'other', condition: 'one_frame' };
  switch (stageFolder) {
    case 'renders':
      if (sub === '_orientation_fixed_eval') return { role: 'oriented_input', condition: 'eval' };
      if (sub !== undefined) return { role: 'other' };
      if (/_probe_l\d+_c\d+(?:_depth)?$/.test(stem)) return { role: 'other', condition: 'probe' };
      return { role: stem.endsWith('_depth') ? 'depth' : 'render' };
    case 'robot_composite':
      return { role: sub === undefined ? 'composite' : 'other' };
    case 'gemini_polish':
      return { role: sub === undefined ? 'polished' : 'other' };
    case 'gaussian_augment':
      if (sub !== undefined) return { role: 'other' };
      return { role: stem.endsWith('_depth') ? 'depth' : 'augmented' };
    case 'splatsim':
      return { role: sub === undefined ? 'interaction' : 'other' };
    case 'enriched':
      if (sub === undefined) return { role: 'enriched' };
      if (sub === '_trimmed_inputs') return { role: isDepth ? 'trimmed_depth' : 'trimmed_input' };
      if (sub === '_orientation_fixed' || sub === '_depth_control_fixed') {
        return isDepth ? { role: 'oriented_input', condition: 'depth' } : { role: 'oriented_input' };
      }
      return { role: 'other' };
    default:
      return { role: 'other' };
  }
}

function bareName(folder: string): string {
  const match = carryOverFolder.exec(folder);
  return match === null ? folder : folder.slice(0, match.index);
}
